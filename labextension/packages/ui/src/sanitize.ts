/** What of a message's markdown may become HTML: a short list, everything else is text. */
import DOMPurify, { type Config } from "dompurify";

const TAGS = [
  "a", "blockquote", "br", "button", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
  "input", "li", "ol", "p", "pre", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
];
const ATTRIBUTES = ["align", "checked", "class", "dir", "disabled", "href", "rel", "start", "target", "title", "type", "value"];
const CLASS = /^(?:ac-[a-z]+|language-[\w+#.-]{1,40})$/u;
const LINK = /^(?:https?:|mailto:)/iu;

const CONFIG = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: LINK,
  ADD_URI_SAFE_ATTR: ["align", "checked", "dir", "disabled", "rel", "start", "target", "type"],
  RETURN_DOM_FRAGMENT: true,
} as const satisfies Config;

const purify = DOMPurify(window);

purify.addHook("uponSanitizeAttribute", (_node, data) => {
  if (data.attrName === "class" && !CLASS.test(data.attrValue)) {
    data.keepAttr = false;
  }
});
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName === "A") {
    node.setAttribute("rel", "noopener noreferrer");
    node.setAttribute("target", "_blank");
  } else if (node.nodeName === "INPUT" && node.getAttribute("type") !== "checkbox") {
    node.remove();
  }
});

/** Whether a link may be followed: http, https and mailto. */
export function isSafeLink(href: string): boolean {
  return LINK.test(href.trim());
}

/** The fragment of `html` that may be shown. */
export function sanitize(html: string): DocumentFragment {
  return purify.sanitize(html, CONFIG);
}

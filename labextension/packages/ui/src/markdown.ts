/** Markdown of a message: raw HTML is text, remote images wait for a click, links are checked. */
import { Marked, type Tokens } from "marked";

import { isSafeLink, sanitize } from "./sanitize";

function escape(text: string): string {
  return text.replace(/[&<>"']/gu, (each) => `&#${String(each.charCodeAt(0))};`);
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  renderer: {
    html({ text }: Tokens.HTML | Tokens.Tag): string {
      return escape(text);
    },
    link({ href, title, tokens }: Tokens.Link): string {
      const inner = this.parser.parseInline(tokens);
      if (!isSafeLink(href)) {
        return inner;
      }
      const tip = title ? ` title="${escape(title)}"` : "";
      return `<a href="${escape(href)}"${tip}>${inner}</a>`;
    },
    image({ href, text }: Tokens.Image): string {
      if (!/^https?:/iu.test(href.trim())) {
        return escape(text);
      }
      const label = text ? `${text} — ` : "";
      return `<button type="button" class="ac-image" value="${escape(href)}">Show image: ${escape(label + href)}</button>`;
    },
    code({ text, lang }: Tokens.Code): string {
      const name = (lang ?? "").split(/\s/u)[0] ?? "";
      const language = /^[\w+#.-]{1,40}$/u.test(name) ? name : "";
      const classes = language ? ` class="language-${language}"` : "";
      const label = language ? `<span class="ac-language">${escape(language)}</span>` : "";
      const copy = `<button type="button" class="ac-copy" title="Copy code">Copy</button>`;
      return `<div class="ac-code">${label}${copy}<pre><code${classes}>${escape(text)}</code></pre></div>`;
    },
    table(token: Tokens.Table): string {
      const row = (cells: Tokens.TableCell[], tag: string): string =>
        `<tr>${cells
          .map((cell) => {
            const align = cell.align ? ` align="${cell.align}"` : "";
            return `<${tag}${align}>${this.parser.parseInline(cell.tokens)}</${tag}>`;
          })
          .join("")}</tr>`;
      const body = token.rows.map((cells) => row(cells, "td")).join("");
      return `<div class="ac-table"><table><thead>${row(token.header, "th")}</thead><tbody>${body}</tbody></table></div>`;
    },
  },
});

/** The sanitised rendering of `text`. */
export function render(text: string): DocumentFragment {
  return sanitize(marked.parse(text, { async: false }));
}

/**
 * Where the finished blocks of a growing text end: after its last blank line outside a code
 * block, at or after `from`. What stands before it is never parsed again while the text grows.
 */
export function finishedUntil(text: string, from: number): number {
  let end = from;
  let fence: string | null = null;
  let start = from;
  for (let newline = text.indexOf("\n", start); newline >= 0; newline = text.indexOf("\n", start)) {
    const line = text.slice(start, newline);
    const mark = /^ {0,3}(`{3,}|~{3,})/u.exec(line)?.[1];
    if (fence === null && mark !== undefined) {
      fence = mark;
    } else if (fence !== null && mark?.startsWith(fence) && line.trim() === mark) {
      fence = null;
    }
    start = newline + 1;
    if (fence === null && line.trim() === "") {
      end = start;
    }
  }
  return end;
}

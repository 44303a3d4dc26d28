/** What an answer brings beside its text: status, sources, files and embeds. */
import type { Message } from "@jupyter-agentchat/core";
import { html, nothing, type TemplateResult } from "lit";

type Thing = Record<string, unknown>;

/** A thing with a name, and an address if there is one that may be followed. */
interface Named {
  name: string;
  href: string | null;
}

const FOLLOWED = /^https?:/iu;
const KEPT = /^(?:https?:|data:)/iu;

/** What the agent says it is doing, unless that is done or hidden. */
export function currentStatus(message: Message): string | null {
  const last = things(message, "status").at(-1);
  const text = last?.["description"];
  return typeof text === "string" && last?.["done"] !== true && last?.["hidden"] !== true ? text : null;
}

/** Sources, files and embeds, and the status while a text grows. */
export function besides(message: Message, isGrowing: boolean): TemplateResult | typeof nothing {
  const status = isGrowing ? currentStatus(message) : null;
  const sources = nested(message, "source");
  const files = nested(message, "file");
  const embeds = nested(message, "embed");
  if (message.deleted || (!status && sources.length + files.length + embeds.length === 0)) {
    return nothing;
  }
  return html`<div class="besides">
    ${status ? html`<div class="status" role="status">${status}</div>` : nothing}
    ${sources.length > 0
      ? html`<ol class="sources" aria-label="Sources">
          ${sources.map((each) => html`<li>${link(named(each, FOLLOWED), false)}</li>`)}
        </ol>`
      : nothing}
    ${files.length > 0
      ? html`<ul class="files" aria-label="Files">
          ${files.map((each) => html`<li>${link(named(each, KEPT), true)}</li>`)}
        </ul>`
      : nothing}
    ${embeds.map(embedded)}
  </div>`;
}

function link({ name, href }: Named, isFile: boolean): TemplateResult {
  if (href === null) {
    return html`<span>${name}</span>`;
  }
  return isFile
    ? html`<a href=${href} download=${name} rel="noopener noreferrer">${name}</a>`
    : html`<a href=${href} target="_blank" rel="noopener noreferrer">${name}</a>`;
}

/** Foreign content is loaded only when asked for, in a frame that may do nothing. */
function embedded(embed: Thing): TemplateResult {
  const { name, href } = named(embed, FOLLOWED);
  const markup = text(embed["html"]);
  if (href === null && markup === null) {
    return html`<div class="embed">${name}</div>`;
  }
  const show = (event: Event): void => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "");
    frame.referrerPolicy = "no-referrer";
    frame.title = name;
    if (markup === null) {
      frame.src = href ?? "";
    } else {
      frame.srcdoc = markup;
    }
    (event.currentTarget as Element).replaceWith(frame);
  };
  return html`<div class="embed"><button @click=${show}>Show ${name}</button></div>`;
}

/** Names as agents and other systems write them: `title`, `name`, or those of a nested `source`. */
function named(thing: Thing, followed: RegExp): Named {
  const inner = isThing(thing["source"]) ? thing["source"] : {};
  const href = [thing["url"], inner["url"], thing["href"], inner["name"]].map(text).find((each) => each !== null && followed.test(each)) ?? null;
  const name = [thing["title"], thing["name"], inner["title"], inner["name"], href, thing["id"]].map(text).find((each) => each !== null);
  return { name: shortened(name ?? "unnamed"), href };
}

function nested(message: Message, kind: "source" | "file" | "embed"): Thing[] {
  return things(message, kind)
    .map((note) => note[kind])
    .filter(isThing);
}

function things(message: Message, kind: string): Thing[] {
  return (message.annotations ?? []).filter((note) => note["type"] === `stream.${kind}`);
}

function isThing(value: unknown): value is Thing {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function shortened(name: string): string {
  return name.length > 120 ? `${name.slice(0, 119)}…` : name;
}

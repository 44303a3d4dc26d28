import { Timings, type Live, type Message, type Timing } from "@jupyter-agentchat/core";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";

import { GrowingText } from "../growing";
import { render } from "../markdown";
import { absolute, hue, initials, relative } from "../names";
import { besides, currentStatus } from "./annotations";
import { annotationStyles } from "./annotation-styles";
import { messageStyles } from "./message-styles";
import { prose, shared } from "./styles";

const REASONS: Record<string, string> = {
  ignored: "Nothing to say.",
  length: "Cut off: it reached its length limit.",
  content_filter: "Cut off by the model's content filter.",
};

const NOTES: Partial<Record<Message["status"], string>> = {
  cancelled: "Stopped.",
  interrupted: "Interrupted by a restart; what came before is kept.",
  failed: "It failed.",
};

/** One message; while it streams, `live` holds its text so far and `grow` shows it. */
export class AgentChatMessage extends LitElement {
  static override properties = {
    message: { attribute: false },
    live: { attribute: false },
    timing: { attribute: false },
    continued: { type: Boolean },
    several: { type: Boolean },
    now: { type: Number },
    readOnly: { type: Boolean },
  };

  declare message: Message;
  declare live: Live | null;
  declare timing: Timing | undefined;
  declare continued: boolean;
  declare several: boolean;
  declare now: number;
  declare readOnly: boolean;

  private growing: GrowingText | null = null;
  private rendered: string | null = null;

  static override styles = [
    shared,
    prose,
    messageStyles,
    annotationStyles,
  ];

  /** Show what has arrived since; called once per animation frame. */
  grow(): void {
    const place = this.renderRoot.querySelector<HTMLElement>(".text");
    if (this.live && place) {
      this.growing ??= new GrowingText(place);
      this.growing.show(this.live.text);
    } else if (this.live?.text) {
      this.requestUpdate(); // the thinking line gives way to the text
    }
  }

  protected override render(): TemplateResult {
    const { message, live } = this;
    const isStreaming = live !== null;
    return html`
      <article
        class="${message.author.kind} ${isStreaming ? "live" : ""}"
        aria-busy=${isStreaming ? "true" : "false"}
        aria-label=${`${message.author.name}, ${absolute(message.created_at)}`}
        tabindex="-1"
      >
        ${this.continued ? nothing : this.head()} ${this.body()}
        ${besides(message, Boolean(live?.text))} ${this.notes()} ${this.acts()}
      </article>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.live) {
      this.grow();
      return;
    }
    const place = this.renderRoot.querySelector<HTMLElement>(".text");
    if (place && (changed.has("message") || changed.has("live")) && this.rendered !== this.message.text) {
      this.growing = null;
      this.rendered = this.message.text;
      place.replaceChildren(render(this.message.text));
    }
  }

  private head(): TemplateResult {
    const { author, created_at } = this.message;
    return html`<header>
      <span class="mark" style="--hue:${hue(author.id)}" aria-hidden="true">${initials(author.name)}</span>
      <span class="name">${author.name}</span>
      <time title=${absolute(created_at)}>${relative(created_at, this.now)}</time>
    </header>`;
  }

  private body(): TemplateResult {
    const { message, live } = this;
    if (message.deleted) {
      return html`<div class="deleted">This message was deleted.</div>`;
    }
    if (live?.text === "") {
      const seconds = Math.max(0, (this.now - message.created_at / 1000) / 1000).toFixed(1);
      const what = currentStatus(message) ?? "is thinking";
      return html`<div class="thinking" role="status">${message.author.name} ${what} · ${seconds} s</div>`;
    }
    return html`<div class="text" dir="auto" @click=${this.clicked}></div>`;
  }

  private notes(): TemplateResult | typeof nothing {
    const { message, live } = this;
    if (live || message.author.kind !== "agent") {
      return nothing;
    }
    const note = message.error?.message ?? REASONS[message.reason ?? ""] ?? NOTES[message.status];
    const again = message.status === "failed" || message.status === "interrupted";
    return html`${note
      ? html`<div class="note ${message.status}">
          ${note}${again && !this.readOnly ? html`<button @click=${this.regenerate}>Try again</button>` : nothing}
        </div>`
      : nothing}${this.figures()}`;
  }

  private figures(): TemplateResult | typeof nothing {
    const parts = Timings.line(this.timing);
    const tokens = this.message.usage?.output_tokens;
    if (tokens != null && parts.length > 0) {
      parts.push(`${this.message.usage?.source === "estimate" ? "~" : ""}${String(tokens)} tokens`);
    }
    if (this.timing?.model && parts.length > 0) {
      parts.push(this.timing.model);
    }
    return parts.length > 0 ? html`<div class="figures">${parts.join(" · ")}</div>` : nothing;
  }

  private acts(): TemplateResult | typeof nothing {
    const { message, live } = this;
    if (message.deleted) {
      return nothing;
    }
    if (live) {
      return this.several && !this.readOnly
        ? html`<div class="acts pinned">
            <button aria-label=${`Stop ${message.author.name}`} @click=${this.stop}>Stop</button>
          </div>`
        : nothing;
    }
    return html`<div class="acts"><button @click=${this.copy}>Copy</button></div>`;
  }

  private readonly stop = (): void => {
    this.act("agentchat-stop");
  };

  private readonly regenerate = (): void => {
    this.act("agentchat-regenerate");
  };

  private act(name: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail: this.message.stream ?? null, bubbles: true, composed: true }));
  }

  private readonly copy = (event: Event): void => {
    void copied(event.currentTarget, this.message.text);
  };

  private readonly clicked = (event: Event): void => {
    const target = event.target instanceof Element ? event.target.closest("button") : null;
    if (target?.classList.contains("ac-copy")) {
      void copied(target, target.parentElement?.querySelector("code")?.textContent ?? "");
    } else if (target?.classList.contains("ac-image") && /^https?:/iu.test(target.value)) {
      const image = document.createElement("img");
      image.referrerPolicy = "no-referrer";
      image.alt = target.textContent;
      image.src = target.value;
      target.replaceWith(image);
    }
  };
}

/** Copy `text` and let the button say so; over plain http from another machine it is forbidden. */
async function copied(button: EventTarget | null, text: string): Promise<void> {
  const isCopied = await (navigator.clipboard as Clipboard | undefined)?.writeText(text).then(
    () => true,
    () => false,
  );
  if (button instanceof HTMLElement) {
    const label = button.textContent;
    button.textContent = isCopied ? "Copied" : "Not allowed here";
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  }
}

import { css, html, LitElement, type TemplateResult } from "lit";

import { shared } from "./styles";

const LINE = 21;
const MOST_LINES = 8;

/** Where a message is written: Enter sends, Shift-Enter breaks, Escape stops what is live. */
export class AgentChatComposer extends LitElement {
  static override properties = {
    draftKey: { type: String },
    isLive: { type: Boolean },
    blocked: { type: String },
    last: { type: String },
  };

  declare draftKey: string;
  declare isLive: boolean;
  /** Why nothing can be sent; empty where it can. */
  declare blocked: string;
  /** The reader's last message, which up-arrow brings back. */
  declare last: string;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 8px;
        border-block-start: 1px solid var(--ac-line);
        font-family: var(--ac-ui);
        font-size: var(--ac-size);
      }
      form {
        display: flex;
        align-items: end;
        gap: 8px;
        border: 1px solid var(--jp-border-color1, #bdbdbd);
        border-radius: 4px;
        padding: 4px 4px 4px 8px;
        background: var(--jp-input-background, var(--ac-ground));
      }
      form:focus-within {
        border-color: var(--jp-brand-color1, #1976d2);
      }
      textarea {
        flex: 1;
        min-inline-size: 0;
        block-size: 24px;
        max-block-size: 176px;
        padding: 1px 0;
        border: 0;
        outline: 0 !important;
        resize: none;
        font: var(--jp-content-font-size1, 14px) / 21px var(--ac-content);
        color: var(--ac-text);
        background: transparent;
      }
      textarea::placeholder {
        color: var(--ac-dim);
      }
      button {
        flex: none;
        min-inline-size: 56px;
        color: #fff;
        background: var(--jp-brand-color1, #1976d2);
      }
      button:hover {
        background: var(--jp-brand-color0, #0d47a1);
      }
      button.stop {
        color: var(--ac-text);
        background: var(--ac-raised);
        border-color: var(--ac-line);
      }
      button:disabled {
        opacity: 0.5;
        cursor: default;
      }
      p {
        margin: 4px 0 0;
        color: var(--ac-dim);
        font-size: var(--ac-small);
      }
    `,
  ];

  private get area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  override focus(): void {
    this.area?.focus();
  }

  protected override firstUpdated(): void {
    if (this.area) {
      this.area.value = localStorage.getItem(this.draftKey) ?? "";
      this.resize();
    }
  }

  protected override render(): TemplateResult {
    return html`
      <form @submit=${this.submit}>
        <textarea
          rows="1"
          dir="auto"
          aria-label="Message"
          placeholder="Write a message"
          ?disabled=${this.blocked !== ""}
          @input=${this.changed}
          @keydown=${this.key}
        ></textarea>
        ${this.isLive
          ? html`<button type="button" class="stop" title="Stop (Escape)" @click=${this.stop}>Stop</button>`
          : html`<button type="submit" title="Send (Enter)" ?disabled=${this.blocked !== ""}>Send</button>`}
      </form>
      ${this.blocked ? html`<p role="status">${this.blocked}</p>` : ""}
    `;
  }

  /** Put `text` where it can be sent. */
  fill(text: string): void {
    if (this.area) {
      this.area.value = text;
      this.changed();
      this.focus();
    }
  }

  private readonly changed = (): void => {
    const value = this.area?.value ?? "";
    if (value) {
      localStorage.setItem(this.draftKey, value);
    } else {
      localStorage.removeItem(this.draftKey);
    }
    this.resize();
  };

  private resize(): void {
    const area = this.area;
    if (area) {
      area.style.blockSize = "24px";
      area.style.blockSize = `${String(Math.min(area.scrollHeight, LINE * MOST_LINES + 3))}px`;
    }
  }

  private readonly key = (event: KeyboardEvent): void => {
    event.stopPropagation(); // the notebook has shortcuts of its own
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape" && this.isLive) {
      this.stop();
    } else if (event.key === "ArrowUp" && this.area?.value === "" && this.last) {
      event.preventDefault();
      this.fill(this.last);
    }
  };

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    this.send();
  };

  private readonly stop = (): void => {
    this.dispatchEvent(new CustomEvent("agentchat-stop", { bubbles: true, composed: true }));
  };

  private send(): void {
    const text = this.area?.value ?? "";
    if (text.trim() === "" || this.blocked) {
      return;
    }
    this.dispatchEvent(new CustomEvent("agentchat-send", { detail: text, bubbles: true, composed: true }));
    if (this.area) {
      this.area.value = "";
      this.changed();
    }
  }
}

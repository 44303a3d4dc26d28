import { css, html, LitElement, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { define } from "../define";

/** One channel's conversation. */
export class AgentChatPanel extends LitElement {
  static override styles = css`
    :host {
      display: block;
      color: var(--jp-ui-font-color1);
      font-family: var(--jp-ui-font-family);
    }
  `;

  /** The channel that is shown. */
  @property() channel = "lab";

  protected override render(): TemplateResult {
    return html`<header>${this.channel}</header>`;
  }
}

define("agentchat-panel", AgentChatPanel);

declare global {
  interface HTMLElementTagNameMap {
    "agentchat-panel": AgentChatPanel;
  }
}

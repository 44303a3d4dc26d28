/** The small parts of the panel that have no state of their own. */
import type { ConnectionState, Outgoing } from "@jupyter-agentchat/core";
import { html, nothing, type TemplateResult } from "lit";

const SUGGESTIONS = ["Hello! What can you do?", "I am unhappy with my results.", "Explain how you work."];

/** A quiet dot at once, a line after a second; where it is over, why, and the way back. */
export function connectionLine(
  state: ConnectionState,
  isLost: boolean,
  reason: string | null,
  retry: () => void,
): TemplateResult | typeof nothing {
  if (state === "connected" || (state === "disconnected" && reason === null)) {
    return nothing;
  }
  const again = html`<button @click=${retry}>${reason === null ? "Try now" : "Try again"}</button>`;
  return html`<div class="connection ${state}" role="status">
    <span class="dot" aria-hidden="true"></span>${isLost || reason !== null
      ? html`<span>${reason ?? WAITING[state]}</span>${state === "connecting" ? nothing : again}`
      : nothing}
  </div>`;
}

const WAITING: Partial<Record<ConnectionState, string>> = {
  connecting: "Connecting…",
  reconnecting: "Reconnecting. What you write is kept and sent once.",
};

/** What an empty channel shows: who is here, and three things that work without a network. */
export function emptyState(agents: readonly string[], suggest: (text: string) => void): TemplateResult {
  const who = agents.length > 0 ? `${agents.join(", ")} ${agents.length > 1 ? "answer" : "answers"} here.` : "Nobody answers here yet.";
  return html`<div class="empty">
    <p>${who}</p>
    ${SUGGESTIONS.map(
      (text) =>
        html`<button
          @click=${() => {
            suggest(text);
          }}
        >
          ${text}
        </button>`,
    )}
  </div>`;
}

/** A message on its way, or refused with the reason and the way back. */
export function outgoing(out: Outgoing, retry: (id: string, text: string) => void): TemplateResult {
  return html`<div class="outgoing ${out.error ? "refused" : ""}">
    <div class="out-text" dir="auto">${out.text.length > 2000 ? `${out.text.slice(0, 2000)}…` : out.text}</div>
    ${out.error
      ? html`<div class="why" role="alert">
          ${out.error}
          <button
            @click=${() => {
              retry(out.id, out.text);
            }}
          >
            Edit
          </button>
        </div>`
      : html`<div class="why">sending…</div>`}
  </div>`;
}

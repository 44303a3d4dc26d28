import { afterEach, expect, test } from "vitest";

import { AgentChatPanel, define } from "../src/index";

afterEach(() => {
  document.body.replaceChildren();
});

test("shows its channel", async () => {
  const panel = document.createElement("agentchat-panel");
  panel.channel = "trial";
  document.body.append(panel);
  await panel.updateComplete;
  expect(panel.shadowRoot?.textContent).toContain("trial");
});

test("a second copy on the page keeps the first definition", () => {
  define("agentchat-panel", class extends HTMLElement {});
  expect(customElements.get("agentchat-panel")).toBe(AgentChatPanel);
});

/** The custom elements that the notebook panel and the sidebar share. */
import { define } from "./define";
import { AgentChatComposer } from "./elements/composer";
import { AgentChatMessage } from "./elements/message";
import { AgentChatPanel } from "./elements/panel";

define("agentchat-composer", AgentChatComposer);
define("agentchat-message", AgentChatMessage);
define("agentchat-panel", AgentChatPanel);

declare global {
  interface HTMLElementTagNameMap {
    "agentchat-composer": AgentChatComposer;
    "agentchat-message": AgentChatMessage;
    "agentchat-panel": AgentChatPanel;
  }
}

export { define } from "./define";
export { AgentChatComposer, AgentChatMessage, AgentChatPanel };
export { finishedUntil, render } from "./markdown";
export { openSession, placeOfPage, type Place } from "./session";

/** The custom elements that the notebook panel and the sidebar share. */
export { define } from "./define";
export { AgentChatPanel } from "./elements/panel";

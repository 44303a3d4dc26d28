/** Clients of the dialects; no framework, no page. */
export { EventAdapter, type Handler, type Payload } from "./eliza/eventAdapter";
export { Inbox, MISSED, type Delivery } from "./eliza/inbox";
export { SocketIOManager, type SendOptions } from "./eliza/manager";
export { type ManagerOptions } from "./eliza/session";
export { RequestError } from "./eliza/waiting";
export type { Connect, SocketLike } from "./eliza/wire";
export { Channels } from "./openwebui/channels";
export { ChannelView, type ChannelEvent } from "./openwebui/channelView";
export type { Row } from "./openwebui/rows";
export { TextReader, type TextUpdate } from "./openwebui/textReader";
export { openAITextStream, type StreamSurroundings } from "./openwebui/textStream";
export type { TypingUser } from "./openwebui/typing";

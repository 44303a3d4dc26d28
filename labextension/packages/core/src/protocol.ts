// Generated from jupyter_agentchat/protocol by `python -m docs.generate`; do not edit.
/* eslint-disable */

export const PROTOCOL_VERSION = 1;

/** Who said something; the server decides it, never the body of a request. */
export interface Author {
  id: string;
  kind: "agent" | "system" | "user";
  name: string;
}

/** An error on the wire: a stable code, one sentence, and whether to try again. */
export interface ErrorInfo {
  code: string;
  message: string;
  retry?: boolean;
}

/** Tokens of one answer; `source` says who counted. */
export interface Usage {
  input_tokens?: number | null;
  output_tokens?: number | null;
  source?: "chunk" | "estimate" | "unknown" | "usage";
}

/** A file that came with a message, by reference (`url`) or inline (`data`, base64). */
export interface Attachment {
  name: string;
  media_type?: string;
  url?: string | null;
  data?: string | null;
  size?: number | null;
}

/** One name (an emoji, say) and who chose it, in order. */
export interface Reaction {
  name: string;
  users: string[];
}

/** Who pinned a message, and when (microseconds of the wall clock). */
export interface Pin {
  user: string;
  at: number;
}

/** What one participant said; `seq` is the seq of the event that opened it. */
export interface Message {
  id: string;
  channel: string;
  seq: number;
  author: Author;
  text: string;
  created_at: number;
  status: "cancelled" | "complete" | "failed" | "interrupted" | "streaming";
  client_message_id?: string | null;
  reply_to?: string | null;
  parent?: string | null;
  stream?: string | null;
  edited_at?: number | null;
  deleted?: boolean;
  reactions?: Reaction[];
  attachments?: Attachment[];
  metadata?: Record<string, unknown>;
  usage?: Usage | null;
  error?: ErrorInfo | null;
  reason?: string | null;
  pin?: Pin | null;
  annotations?: (Record<string, unknown>)[];
}

/** One conversation. */
export interface Channel {
  id: string;
  name: string;
  type?: "dm" | "group";
  agents?: string[];
  created_at?: number;
  default_agents?: string[];
  metadata?: Record<string, unknown>;
  unlisted?: boolean;
}

/** An agent as others see it. */
export interface AgentInfo {
  name: string;
  description?: string;
  where?: "kernel" | "process" | "server";
  online?: boolean;
  model?: string | null;
  provider?: string | null;
}

/** A stream that has not ended, as a snapshot shows it. */
export interface LiveStream {
  stream: string;
  message: string;
  agent: string;
  index?: number;
  text?: string;
  reasoning?: string;
}

/** The newest page of a channel, folded; valid at the position that accompanies it. */
export interface Snapshot {
  channel: Channel;
  messages: Message[];
  live?: LiveStream[];
  before?: number | null;
  reads?: Record<string, number>;
}

/** Somebody said something. */
export interface MessageCreated {
  type: "message.created";
  seq: number | [number, number];
  t: number;
  message: Message;
}

/** A message has another text now. */
export interface MessageUpdated {
  type: "message.updated";
  seq: number | [number, number];
  t: number;
  message: string;
  text: string;
}

/** A message is shown as deleted; history keeps its place. */
export interface MessageDeleted {
  type: "message.deleted";
  seq: number | [number, number];
  t: number;
  message: string;
}

/** A user added or took back a reaction. */
export interface MessageReaction {
  type: "message.reaction";
  seq: number | [number, number];
  t: number;
  message: string;
  name: string;
  user: string;
  added: boolean;
}

/** A user pinned a message for all, or took the pin away. */
export interface MessagePinned {
  type: "message.pinned";
  seq: number | [number, number];
  t: number;
  message: string;
  user: string;
  pinned: boolean;
}

/** The channel as it is now; the first event of every channel. */
export interface ChannelUpdated {
  type: "channel.updated";
  seq: number | [number, number];
  t: number;
  channel: Channel;
}

/** Every earlier message is gone from view. */
export interface ChannelCleared {
  type: "channel.cleared";
  seq: number | [number, number];
  t: number;
}

/** A user has read up to `upto`. */
export interface Read {
  type: "read";
  seq: number | [number, number];
  t: number;
  user: string;
  upto: number;
}

/** An agent's answer opens, and with it the agent's message (status `streaming`). */
export interface StreamStarted {
  type: "stream.started";
  seq: number | [number, number];
  t: number;
  stream: string;
  message: string;
  agent: string;
  reply_to?: string | null;
  parent?: string | null;
  model?: string | null;
}

/** One chunk; `index` is contiguous from 0 within the stream, over all kinds. */
export interface StreamDelta {
  type: "stream.delta";
  seq: number | [number, number];
  t: number;
  stream: string;
  index: number | [number, number];
  text: string;
  kind?: "reasoning" | "text" | "tool_call";
}

/** What the agent is doing, for people. */
export interface StreamStatus {
  type: "stream.status";
  seq: number | [number, number];
  t: number;
  stream: string;
  description: string;
  done?: boolean;
  hidden?: boolean;
}

/** A source that the answer cites; one with an `id` takes the place of an earlier one's. */
export interface StreamSource {
  type: "stream.source";
  seq: number | [number, number];
  t: number;
  stream: string;
  source: Record<string, unknown>;
}

/** A file that the answer brings. */
export interface StreamFile {
  type: "stream.file";
  seq: number | [number, number];
  t: number;
  stream: string;
  file: Record<string, unknown>;
}

/** Something to embed beside the answer. */
export interface StreamEmbed {
  type: "stream.embed";
  seq: number | [number, number];
  t: number;
  stream: string;
  embed: Record<string, unknown>;
}

/** The text so far is replaced; later chunks append to this. */
export interface StreamReplace {
  type: "stream.replace";
  seq: number | [number, number];
  t: number;
  stream: string;
  text: string;
}

/** Tokens so far. */
export interface StreamUsage {
  type: "stream.usage";
  seq: number | [number, number];
  t: number;
  stream: string;
  usage: Usage;
}

/** The agent said all it wanted to; `reason: "ignored"` when that was nothing. */
export interface StreamCompleted {
  type: "stream.completed";
  seq: number | [number, number];
  t: number;
  stream: string;
  message: string;
  text: string;
  usage?: Usage | null;
  error?: ErrorInfo | null;
  reason?: string | null;
  metadata?: Record<string, unknown>;
}

/** The agent or its model failed; what came before stays. */
export interface StreamFailed {
  type: "stream.failed";
  seq: number | [number, number];
  t: number;
  stream: string;
  message: string;
  text: string;
  usage?: Usage | null;
  error?: ErrorInfo | null;
  reason?: string | null;
  metadata?: Record<string, unknown>;
}

/** Somebody pressed Stop. */
export interface StreamCancelled {
  type: "stream.cancelled";
  seq: number | [number, number];
  t: number;
  stream: string;
  message: string;
  text: string;
  usage?: Usage | null;
  error?: ErrorInfo | null;
  reason?: string | null;
  metadata?: Record<string, unknown>;
}

/** The server or the agent's kernel went away. */
export interface StreamInterrupted {
  type: "stream.interrupted";
  seq: number | [number, number];
  t: number;
  stream: string;
  message: string;
  text: string;
  usage?: Usage | null;
  error?: ErrorInfo | null;
  reason?: string | null;
  metadata?: Record<string, unknown>;
}

export type AnyEvent = MessageCreated | MessageUpdated | MessageDeleted | MessageReaction | MessagePinned | ChannelUpdated | ChannelCleared | Read | StreamStarted | StreamDelta | StreamStatus | StreamSource | StreamFile | StreamEmbed | StreamReplace | StreamUsage | StreamCompleted | StreamFailed | StreamCancelled | StreamInterrupted;

/** The first frame; a page names its clock here, in nanoseconds of `performance.now()`. */
export interface HelloCommand {
  op: "hello";
  ref?: string | number | null;
  protocol: number;
  clock_id?: string | null;
  client?: string | null;
  resolution_ns?: number | null;
}

/** Join a channel after a position, or with a snapshot where `after` is null. */
export interface SubscribeCommand {
  op: "subscribe";
  ref?: string | number | null;
  channel: string;
  after?: string | null;
}

/** Leave a channel. */
export interface UnsubscribeCommand {
  op: "unsubscribe";
  ref?: string | number | null;
  channel: string;
}

/** Say something; `agents` are added to the channel, and exactly they answer. */
export interface SendCommand {
  op: "send";
  ref?: string | number | null;
  channel: string;
  text: string;
  client_message_id?: string | null;
  agents?: string[] | null;
  reply_to?: string | null;
  parent?: string | null;
  attachments?: Attachment[];
  metadata?: Record<string, unknown>;
  t_intended?: number | null;
}

/** Give one's own message another text. */
export interface EditCommand {
  op: "edit";
  ref?: string | number | null;
  channel: string;
  message: string;
  text: string;
}

/** Delete one's own message. */
export interface DeleteCommand {
  op: "delete";
  ref?: string | number | null;
  channel: string;
  message: string;
}

/** Add a reaction; idempotent per (message, user, name). */
export interface ReactCommand {
  op: "react";
  ref?: string | number | null;
  channel: string;
  message: string;
  name: string;
}

/** Take a reaction back; idempotent. */
export interface UnreactCommand {
  op: "unreact";
  ref?: string | number | null;
  channel: string;
  message: string;
  name: string;
}

/** Pin a message for all, or take the pin away; idempotent. */
export interface PinCommand {
  op: "pin";
  ref?: string | number | null;
  channel: string;
  message: string;
  pinned?: boolean;
}

/** Stop a stream; acknowledged when it has stopped. */
export interface CancelCommand {
  op: "cancel";
  ref?: string | number | null;
  stream: string;
}

/** Answer the same message again, by the same agent, in a new stream. */
export interface RegenerateCommand {
  op: "regenerate";
  ref?: string | number | null;
  stream: string;
}

/** Ephemeral: the user types, or stopped. */
export interface TypingCommand {
  op: "typing";
  ref?: string | number | null;
  channel: string;
  typing: boolean;
}

/** The user has read up to `seq`. */
export interface ReadCommand {
  op: "read";
  ref?: string | number | null;
  channel: string;
  seq: number;
}

/** When the chunk at `seq` reached this client, its DOM and its screen. */
export interface PaintedCommand {
  op: "painted";
  ref?: string | number | null;
  channel: string;
  seq: number;
  client_ns: number;
  dom_ns?: number;
  paint_ns?: number;
  hidden?: boolean;
}

/** Watch the server's log from now on, as `log` frames; again: with other filters. */
export interface SubscribeLogsCommand {
  op: "subscribe_logs";
  ref?: string | number | null;
  agent?: string | null;
  level?: string | number | null;
}

/** Watch it no longer. */
export interface UnsubscribeLogsCommand {
  op: "unsubscribe_logs";
  ref?: string | number | null;
}

/** Ask for the server's two instants, to estimate the clocks' offset. */
export interface PingCommand {
  op: "ping";
  ref?: string | number | null;
  t: number;
  offset_ns?: number;
  uncertainty_ns?: number;
  drift_ppb?: number;
  drift_uncertainty_ppb?: number;
  rtt_ns?: number | null;
}

export type AnyCommand = HelloCommand | SubscribeCommand | UnsubscribeCommand | SendCommand | EditCommand | DeleteCommand | ReactCommand | UnreactCommand | PinCommand | CancelCommand | RegenerateCommand | TypingCommand | ReadCommand | PaintedCommand | SubscribeLogsCommand | UnsubscribeLogsCommand | PingCommand;

/** Answer to `hello`: who the server says you are, and which clock stamps its instants. */
export interface WelcomeFrame {
  op: "welcome";
  protocol: number;
  version: string;
  connection: string;
  user: Author;
  clock_id: string;
}

/** Where the reader stands now. */
export interface SubscribedFrame {
  op: "subscribed";
  channel: string;
  position: string;
  recovered: boolean;
  ref?: string | number | null;
  reason?: string | null;
  snapshot?: Snapshot | null;
}

/** A command is done; for a send, its message and the ids of the answers to come. */
export interface AckFrame {
  op: "ack";
  ref?: string | number | null;
  message?: string | null;
  streams?: string[] | null;
  position?: string | null;
  duplicate?: boolean;
}

/** A command failed; the connection stays. */
export interface ErrorFrame {
  op: "error";
  code: string;
  message: string;
  retry: boolean;
  ref?: string | number | null;
}

/** Ephemeral: somebody types. */
export interface TypingNoticeFrame {
  op: "typing";
  channel: string;
  user: Author;
  typing: boolean;
}

/** Ephemeral: who reads the channel now. */
export interface PresenceFrame {
  op: "presence";
  channel: string;
  users: Author[];
}

/** Ephemeral: a line of the server's log: `level time msg logger agent channel stream`. */
export interface LogEntryFrame {
  op: "log";
  entry: Record<string, unknown>;
}

/** Answer to `ping`: with the client's send and receive instants, the four NTP stamps. */
export interface PongFrame {
  op: "pong";
  t: number;
  received_ns: number;
  sent_ns: number;
  ref?: string | number | null;
}

/** A contiguous range of a channel's log, applied atomically. */
export interface EventBatchFrame {
  op: "events";
  channel: string;
  epoch: string;
  first: number;
  last: number;
  events: AnyEvent[];
}

export type AnyFrame = WelcomeFrame | SubscribedFrame | AckFrame | ErrorFrame | TypingNoticeFrame | PresenceFrame | LogEntryFrame | PongFrame | EventBatchFrame;

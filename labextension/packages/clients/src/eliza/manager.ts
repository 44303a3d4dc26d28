/** ElizaOS's client manager (seed 000, "SocketIOManager"). */
import type { Payload } from "./eventAdapter";
import { JOIN, Session, slash, type ManagerOptions } from "./session";
import { RequestError } from "./waiting";

export interface RoomOptions {
  readonly serverId?: string;
  readonly agentId?: string;
  readonly metadata?: Payload;
}

export interface SendOptions {
  readonly serverId?: string;
  readonly senderName?: string;
  readonly attachments?: readonly Payload[];
  readonly metadata?: Payload;
  /** Under which the message is said once, however often it is sent. */
  readonly messageId?: string;
}

export interface LogFilters {
  readonly agentName?: string;
  readonly level?: string | number;
}

/**
 * One connection to an ElizaOS server, shared by all who speak as one identity there.
 *
 * It hands on ElizaOS's events by their names, and `connect`, `disconnect`, `connect_error`,
 * `logStream` and `missed`. Nothing of a room that is not joined is handed on. After a lost
 * connection rooms are joined again, each event is handed on once (see `Inbox`), and messages
 * without an answer are sent again under their ids.
 */
export class SocketIOManager extends Session {
  private static readonly instances = new Map<string, WeakRef<SocketIOManager>>();

  /** The manager of this URL and identity; the same as long as anybody holds it. */
  static getInstance(options: ManagerOptions): SocketIOManager {
    const token = typeof options.token === "string" ? options.token : null;
    const key = JSON.stringify([slash(options.url), options.entityId ?? null, token]);
    for (const [each, held] of this.instances) {
      if (!held.deref()) {
        this.instances.delete(each);
      }
    }
    const known = this.instances.get(key)?.deref();
    const found = known ?? new SocketIOManager(options);
    this.instances.set(key, new WeakRef(found));
    return found;
  }

  /** Hand on what happens in a room; the server's answer is its `channel_joined`. */
  async joinChannel(channelId: string, options: RoomOptions = {}): Promise<Payload> {
    const known = this.joined.get(channelId);
    if (known) {
      return known;
    }
    const { agentId, metadata } = options;
    const entity = this.entityId === null ? {} : { entityId: this.entityId };
    const more = { ...entity, ...(agentId ? { agentId } : {}), ...(metadata ? { metadata } : {}) };
    const room = { ...placeOf(channelId, options.serverId), ...more };
    const isAsked = this.waiting.has("join", channelId);
    const answer = this.waiting.add("join", channelId, room, this.timeoutMs);
    if (!isAsked) {
      this.inbox.join(channelId);
      this.rooms.set(channelId, room);
      this.say("message", { type: JOIN, payload: room });
    }
    try {
      return await answer;
    } catch (error) {
      this.forget(channelId);
      throw error;
    }
  }

  /** Drop what happens in a room from now on, and tell the others; twice does nothing. */
  leaveChannel(channelId: string): void {
    const room = this.rooms.get(channelId);
    this.forget(channelId);
    if (room) {
      this.say("leave", room);
    }
  }

  /** Send a message; the server's answer is its `messageAck`. While the connection is away it waits. */
  async sendMessage(text: string, channelId: string, options: SendOptions = {}): Promise<Payload> {
    const { attachments = [], metadata = {}, messageId = crypto.randomUUID() } = options;
    if (text.trim() === "" && attachments.length === 0) {
      throw new RequestError("A message needs text, or attachments.", "empty_message", false);
    }
    const payload = {
      ...placeOf(channelId, options.serverId),
      ...(options.senderName ? { senderName: options.senderName } : {}),
      message: text,
      messageId,
      source: "javascript",
      attachments,
      metadata,
    };
    const answer = this.waiting.add("send", messageId, payload, this.timeoutMs);
    this.sayMessage(payload);
    return answer;
  }

  /** Tell the others in a room; it lasts five seconds. Without a connection it is dropped. */
  typing(channelId: string, isTyping = true): void {
    this.say("typing", { ...placeOf(channelId), userId: this.entityId, isTyping });
  }

  /** Receive the server's own log as `logStream`, also after a lost connection. */
  async subscribeLogs(filters: LogFilters = {}): Promise<Payload> {
    this.logs = { ...filters };
    try {
      return await this.askLogs("subscribe_logs", this.logs);
    } catch (error) {
      this.logs = null;
      throw error;
    }
  }

  /** Receive no more of the server's log. */
  unsubscribeLogs(): Promise<Payload> {
    this.logs = null;
    return this.askLogs("unsubscribe_logs");
  }

  /** Change what comes of the server's log; what is not named stays. */
  updateLogFilters(filters: LogFilters): Promise<Payload> {
    if (this.logs === null) {
      const message = "Not subscribed to the log: call subscribeLogs first.";
      return Promise.reject(new RequestError(message, "invalid", false));
    }
    this.logs = { ...this.logs, ...filters };
    return this.askLogs("update_log_filters", this.logs);
  }

  private askLogs(name: string, ...args: Payload[]): Promise<Payload> {
    if (!this.isConnected) {
      return Promise.reject(new RequestError("There is no connection at the moment.", "disconnected", true));
    }
    const answer = this.waiting.add("logs", name, args[0] ?? {}, this.timeoutMs);
    this.say(name, ...args);
    return answer;
  }
}

function placeOf(channelId: string, serverId?: string): Payload {
  const place = { channelId, roomId: channelId };
  return serverId === undefined ? place : { ...place, messageServerId: serverId, serverId };
}

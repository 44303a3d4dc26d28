/** One identity's connection to an ElizaOS server: what it hears, how it goes on after a loss. */
import { EventAdapter, type Payload } from "./eventAdapter";
import { missed } from "./history";
import { Inbox, type Delivery } from "./inbox";
import { RequestError, Waiting } from "./waiting";
import { FINAL, socketOf, type Connect, type Hearing, type SocketLike } from "./wire";

export const JOIN = 1;
export const SEND = 2;
const ANSWER_MS = 30_000;

export interface ManagerOptions {
  /** socket.io-client's `io`. */
  readonly io: Connect;
  /** The ElizaOS server: `http://localhost:8888/agentchat/eliza`. */
  readonly url: string;
  /** What opens it, or a function that is asked at each connection. */
  readonly token?: string | (() => string | Promise<string>);
  /** The id to speak under, any text; by default the server gives one. */
  readonly entityId?: string;
  /** How long an answer may take, lost connections included. */
  readonly timeoutMs?: number;
  /** More options for `io`: `transports`, `query`, … */
  readonly socket?: Record<string, unknown>;
  readonly fetch?: typeof fetch;
}

/** What `SocketIOManager` stands on. */
export class Session extends EventAdapter implements Hearing {
  readonly url: string;
  /** The id that it speaks under; the server's choice once it has welcomed. */
  entityId: string | null;
  /** Whether the server has welcomed and the connection is there. */
  isConnected = false;
  /** Whether the server went on with the same session at the last connection. */
  isRecovered = false;

  protected readonly inbox = new Inbox();
  protected readonly waiting = new Waiting();
  protected readonly rooms = new Map<string, Payload>();
  protected readonly joined = new Map<string, Payload>();
  protected readonly timeoutMs: number;
  protected logs: Payload | null = null;
  protected readonly socket: SocketLike;
  private readonly fetching = new Map<string, symbol>();
  private skewMs = 0;
  private refusal: string | null = null;

  constructor(private readonly options: ManagerOptions) {
    super();
    this.url = slash(options.url);
    this.entityId = options.entityId ?? null;
    this.timeoutMs = options.timeoutMs ?? ANSWER_MS;
    const auth = (): Promise<Payload> => this.credentials();
    this.socket = socketOf(options.io, this.url, auth, this, options.socket ?? {});
  }

  /** Connect, and wait until the server has welcomed; twice does nothing. */
  connect(): Promise<void> {
    if (this.isConnected) {
      return Promise.resolve();
    }
    this.refusal = null;
    return new Promise((resolve, reject) => {
      const end = (error: RequestError | null): void => {
        clearTimeout(timer);
        this.off("connect", welcomed);
        this.off("connect_error", refused);
        if (error) {
          this.socket.disconnect();
          reject(error);
        } else {
          resolve();
        }
      };
      const welcomed = (): void => {
        end(null);
      };
      const refused = (told: Payload): void => {
        end(new RequestError(String(told["error"]), "refused", false));
      };
      const timer = setTimeout(() => {
        end(new RequestError(this.refusal ?? `${this.url} said nothing.`, "disconnected", true));
      }, this.timeoutMs);
      this.once("connect", welcomed);
      this.once("connect_error", refused);
      this.socket.connect();
    });
  }

  /** End the connection; rooms stay joined, and go on with the next `connect`. */
  disconnect(): void {
    this.socket.disconnect();
    this.lost("io client disconnect");
  }

  /** Take an event of the server's. */
  heard(name: string, payload: Payload): void {
    if (name === "authenticated") {
      this.welcome(payload);
    } else if (name === "connection_established") {
      this.begin();
    } else if (name === "messageAck") {
      this.waiting.settle("send", payload["clientMessageId"], payload);
    } else if (name === "messageError") {
      this.waiting.refuse(payload);
    } else if (name === "channel_joined") {
      this.stand(payload);
    } else if (name === "log_subscription_confirmed") {
      this.waiting.settle("logs", payload["subscribed"] ? "subscribe_logs" : "unsubscribe_logs", payload);
    } else if (name === "log_filters_updated") {
      this.waiting.settle("logs", "update_log_filters", payload);
    }
    this.handOn(this.inbox.take(name, payload));
  }

  /** Note that the connection is gone. */
  lost(reason: string): void {
    if (this.isConnected) {
      this.isConnected = false;
      this.emit("disconnect", { reason });
    }
    if (FINAL.has(reason)) {
      this.waiting.fail("The connection to the server has ended; connect again.");
    }
  }

  /** Note why the server could not be reached, or would not. */
  refused(message: string): void {
    this.refusal = message;
    this.emit("connect_error", { error: message });
  }

  protected say(name: string, ...args: unknown[]): void {
    if (this.isConnected && this.socket.connected) {
      this.socket.emit(name, ...args);
    }
  }

  /** Say a message; who said nothing of who it is speaks as whom the server knows it. */
  protected sayMessage(payload: Payload): void {
    this.say("message", { type: SEND, payload: { senderId: this.entityId, ...payload } });
  }

  protected forget(room: string): void {
    this.inbox.leave(room);
    this.rooms.delete(room);
    this.joined.delete(room);
  }

  private welcome(payload: Payload): void {
    const { entityId, timestamp } = payload;
    this.entityId = this.options.entityId ?? (typeof entityId === "string" ? entityId : null);
    this.skewMs = typeof timestamp === "number" ? timestamp - Date.now() : 0;
  }

  /** Go on where it was: in its rooms, with its logs, and with what has no answer. */
  private begin(): void {
    this.isConnected = true;
    this.isRecovered = this.socket.recovered === true;
    if (this.isRecovered) {
      for (const payload of this.waiting.again("join")) {
        this.say("message", { type: JOIN, payload });
      }
    } else {
      this.joinAgain();
    }
    for (const payload of this.waiting.again("send")) {
      this.sayMessage(payload);
    }
    this.emit("connect", { recovered: this.isRecovered });
  }

  private joinAgain(): void {
    this.joined.clear();
    for (const [name, room] of this.rooms) {
      const after = this.inbox.after(name);
      this.say("message", { type: JOIN, payload: after === null ? room : { ...room, after } });
    }
    if (this.logs !== null) {
      this.say("subscribe_logs", this.logs);
    }
  }

  private stand(told: Payload): void {
    const name = String(told["channelId"] ?? told["roomId"]);
    this.joined.set(name, told);
    this.waiting.settle("join", name, told);
    if (this.inbox.stand(told, Date.now() + this.skewMs)) {
      void this.catchUp(name);
    }
  }

  /** Fetch what was missed of a room where the server could not go on. */
  private async catchUp(room: string): Promise<void> {
    const turn = Symbol(room);
    this.fetching.set(room, turn);
    const fetched = this.options.fetch ?? fetch;
    const found = await this.token()
      .then((token) => missed(fetched, this.url, token, room, this.inbox.since(room)))
      .catch(() => ({ rows: [], isWhole: false }));
    if (this.fetching.get(room) === turn) {
      this.fetching.delete(room);
      this.handOn(this.inbox.replay(room, found.rows, found.isWhole));
    }
  }

  private handOn(deliveries: readonly Delivery[]): void {
    for (const [name, payload] of deliveries) {
      if (name === "channelDeleted") {
        this.forget(String(payload["channelId"]));
      }
      this.emit(name, payload);
    }
  }

  private async credentials(): Promise<Payload> {
    const token = await this.token();
    const named = { token, apiKey: token, entityId: this.options.entityId ?? "" };
    return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ""));
  }

  private async token(): Promise<string> {
    const { token } = this.options;
    return typeof token === "function" ? token() : (token ?? "");
  }
}

/** A URL with a trailing slash. */
export function slash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

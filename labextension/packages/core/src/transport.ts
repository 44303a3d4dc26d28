/**
 * The native WebSocket from the page's side: commands with answers, channels that resume, and an
 * outbox that survives a break.
 */
import { backoff, comesBack, step, type ConnectionMove, type ConnectionState } from "./connection";
import {
  PROTOCOL_VERSION,
  type AckFrame,
  type AnyCommand,
  type AnyEvent,
  type AnyFrame,
  type EventBatchFrame,
  type PongFrame,
  type Snapshot,
  type SubscribedFrame,
  type WelcomeFrame,
} from "./protocol";
import { estimateOffset } from "./offset";
import type { SocketLike, Surroundings } from "./surroundings";

/** What a reader of a channel hears. */
export interface ChannelListener {
  /** The channel as it is at a position; replaces everything. */
  snapshot(snapshot: Snapshot, reason: string | null): void;
  /** A contiguous batch; `receivedNs` is the page's clock. */
  events(events: AnyEvent[], receivedNs: number): void;
  /** Something ephemeral: presence or typing. */
  notice(frame: AnyFrame): void;
}

export class CommandError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retry: boolean,
  ) {
    super(message);
  }
}

type Answer = AckFrame | SubscribedFrame | PongFrame;

interface Pending {
  readonly text: string;
  /** Said again after a break; a send is safe because it carries its client_message_id. */
  readonly durable: boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

interface Room {
  epoch: string;
  seq: number;
  readonly listener: ChannelListener;
}

export class Transport {
  state: ConnectionState = "disconnected";
  /** Why it is disconnected, when that was not asked for. */
  reason: string | null = null;
  welcome: WelcomeFrame | null = null;
  onstate: ((state: ConnectionState) => void) | null = null;

  private socket: SocketLike | null = null;
  private attempt = 0;
  private cancelRetry: (() => void) | null = null;
  private refs = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly rooms = new Map<string, Room>();
  private readonly clockId: string;

  constructor(
    private readonly url: () => string,
    private readonly around: Surroundings,
  ) {
    this.clockId = around.id();
  }

  /** Nanoseconds of the page's own clock, as an integer. */
  nowNs(): number {
    return Math.round(this.around.now() * 1e6);
  }

  open(): void {
    if (this.state === "disconnected") {
      this.move("open");
      this.dial();
    }
  }

  close(): void {
    this.cancelRetry?.();
    this.move("close");
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    this.failAll(new CommandError("disconnected", "The connection was closed.", true));
  }

  /** Read a channel from now on; after a break it goes on where it stood. */
  subscribe(channel: string, listener: ChannelListener): void {
    this.rooms.set(channel, { epoch: "", seq: 0, listener });
    this.join(channel);
  }

  unsubscribe(channel: string): void {
    if (this.rooms.delete(channel) && this.state === "connected") {
      this.tell({ op: "unsubscribe", channel });
    }
  }

  /** Send a command; a durable one waits for a connection and is said again after a break. */
  ask(command: AnyCommand, durable = true): Promise<Answer> {
    if (this.reason !== null) {
      return Promise.reject(new CommandError("disconnected", this.reason, false));
    }
    const ref = ++this.refs;
    const text = JSON.stringify({ ...command, ref });
    return new Promise((resolve, reject) => {
      this.pending.set(ref, { text, durable, resolve, reject });
      if (this.state === "connected") {
        this.socket?.send(text);
      } else if (!durable) {
        this.pending.delete(ref);
        reject(new CommandError("disconnected", "There is no connection at the moment.", true));
      }
    });
  }

  /** Send a command whose answer does not matter; without a connection it is dropped. */
  tell(command: AnyCommand): void {
    if (this.state === "connected") {
      this.socket?.send(JSON.stringify(command));
    }
  }

  private dial(): void {
    let socket: SocketLike;
    try {
      socket = this.around.connect(this.url());
    } catch {
      this.lost(1006, "");
      return;
    }
    this.socket = socket;
    socket.onopen = () => {
      socket.send(
        JSON.stringify({ op: "hello", protocol: PROTOCOL_VERSION, clock_id: this.clockId, client: "panel" }),
      );
    };
    socket.onmessage = (event) => {
      if (socket === this.socket && typeof event.data === "string") {
        this.receive(JSON.parse(event.data) as AnyFrame, this.nowNs());
      }
    };
    socket.onclose = (event) => {
      if (socket === this.socket) {
        this.lost(event.code, event.reason ?? "");
      }
    };
  }

  private lost(code: number, reason: string): void {
    this.socket = null;
    if (!comesBack(code)) {
      this.reason = reason || `The server closed the connection (${String(code)}).`;
      this.failAll(new CommandError("disconnected", this.reason, false));
      this.move("refused");
      return;
    }
    for (const [ref, pending] of this.pending) {
      if (!pending.durable) {
        this.pending.delete(ref);
        pending.reject(new CommandError("disconnected", "The connection was lost.", true));
      }
    }
    this.move("lost");
    this.cancelRetry = this.around.later(() => {
      this.dial();
    }, backoff(this.attempt++, () => this.around.random()));
  }

  private receive(frame: AnyFrame, receivedNs: number): void {
    switch (frame.op) {
      case "welcome":
        this.welcomed(frame);
        return;
      case "events":
        this.batch(frame, receivedNs);
        return;
      case "subscribed":
        this.subscribed(frame);
        break;
      case "presence":
      case "typing":
        this.rooms.get(frame.channel)?.listener.notice(frame);
        return;
      case "log":
        return;
      default:
        break;
    }
    this.answer(frame);
  }

  private answer(frame: Extract<AnyFrame, { op: "ack" | "error" | "pong" | "subscribed" }>): void {
    const pending = typeof frame.ref === "number" ? this.pending.get(frame.ref) : undefined;
    if (!pending || typeof frame.ref !== "number") {
      return;
    }
    this.pending.delete(frame.ref);
    if (frame.op === "error") {
      pending.reject(new CommandError(frame.code, frame.message, frame.retry));
    } else {
      pending.resolve(frame);
    }
  }

  private welcomed(frame: WelcomeFrame): void {
    this.welcome = frame;
    this.attempt = 0;
    this.move("opened");
    for (const channel of this.rooms.keys()) {
      this.join(channel);
    }
    for (const pending of this.pending.values()) {
      this.socket?.send(pending.text);
    }
    void estimateOffset(this);
  }

  private join(channel: string): void {
    const room = this.rooms.get(channel);
    if (room) {
      this.tell({ op: "subscribe", channel, after: room.epoch ? `${room.epoch}:${String(room.seq)}` : null });
    }
  }

  private subscribed(frame: SubscribedFrame): void {
    const room = this.rooms.get(frame.channel);
    if (!room) {
      return;
    }
    const colon = frame.position.lastIndexOf(":");
    room.epoch = frame.position.slice(0, colon);
    room.seq = Number(frame.position.slice(colon + 1));
    if (frame.snapshot) {
      room.listener.snapshot(frame.snapshot, frame.reason ?? null);
    }
  }

  private batch(frame: EventBatchFrame, receivedNs: number): void {
    const room = this.rooms.get(frame.channel);
    if (!room || frame.last <= room.seq) {
      return;
    }
    if (frame.first !== room.seq + 1) {
      this.join(frame.channel);
      return;
    }
    room.epoch = frame.epoch;
    room.seq = frame.last;
    room.listener.events(frame.events, receivedNs);
  }

  private failAll(error: Error): void {
    for (const pending of this.pending.values()) {
      pending.reject(error);
    }
    this.pending.clear();
  }

  private move(move: ConnectionMove): void {
    const state = step(this.state, move);
    if (state !== this.state) {
      this.state = state;
      this.onstate?.(state);
    }
  }
}

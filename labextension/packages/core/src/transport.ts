/**
 * The native WebSocket from the page's side: a connection that heals, commands with answers, and
 * channels that resume exactly where they stood.
 */
import { backoff, comesBack, step } from "./connection";
import { Pings } from "./pings";
import { CommandError, Pending, type Answer } from "./pending";
import { PROTOCOL_VERSION, type AnyCommand, type AnyFrame, type WelcomeFrame } from "./protocol";
import { smallestStep } from "./resolution";
import { Rooms, type ChannelListener } from "./rooms";
import type { ConnectionMove, ConnectionState } from "./states";
import type { SocketLike, Surroundings } from "./surroundings";
import { Watch } from "./watch";

/** How long a server may take to welcome. */
export const HANDSHAKE_MS = 10_000;

const SIGN_IN = "The server no longer knows you: sign in to Jupyter again, then try again.";

type Heard = (state: ConnectionState, reason: string | null) => void;

export class Transport {
  state: ConnectionState = "disconnected";
  /** Why it is disconnected, when that was not asked for. */
  reason: string | null = null;
  welcome: WelcomeFrame | null = null;

  private socket: SocketLike | null = null;
  private failed = 0;
  private cancelTimer: (() => void) | null = null;
  private stopWaking: (() => void) | null = null;
  private readonly heard = new Set<Heard>();
  private readonly pending = new Pending();
  private readonly rooms = new Rooms((command) => {
    this.tell(command);
  });
  private readonly clockId: string;
  /** The smallest step of the page's clock in ns; null if it is not known. */
  private resolution: number | null = null;
  private readonly pings = new Pings(this, () => this.resolution);
  private readonly watch: Watch;

  /** `maxRetries`: tries in a row that may fail before it stays disconnected; without it no end. */
  constructor(
    private readonly url: () => string,
    private readonly around: Surroundings,
    private readonly maxRetries = Infinity,
  ) {
    this.clockId = around.id();
    this.watch = new Watch(
      around,
      () => this.ask({ op: "ping", t: this.nowNs() }, false),
      () => {
        this.drop("The server fell silent.");
      },
    );
  }

  /** Hear every change of state; returns what ends it. */
  listen(heard: Heard): () => void {
    this.heard.add(heard);
    return () => this.heard.delete(heard);
  }

  /** Nanoseconds of the page's own clock, as an integer. */
  nowNs(): number {
    return Math.round(this.around.now() * 1e6);
  }

  /** Connect; while it waits for its next try it tries now. */
  open(): void {
    if (this.state === "disconnected") {
      this.failed = 0;
      this.stopWaking = this.around.onWake(() => {
        this.wake();
      });
      this.move("open");
      this.dial();
    } else if (this.state === "reconnecting" && this.socket === null) {
      this.dial();
    }
  }

  close(): void {
    if (this.state !== "disconnected") {
      this.end("close", null);
    }
    this.pending.fail(new CommandError("disconnected", "The connection was closed.", true), true);
  }

  /** Read a channel from now on; after a break it goes on where it stood. */
  subscribe(channel: string, listener: ChannelListener): void {
    this.rooms.add(channel, listener, this.state === "connected");
  }

  unsubscribe(channel: string): void {
    this.rooms.remove(channel);
  }

  /** Send a command; a durable one waits for a connection and is said again after a break. */
  ask(command: AnyCommand, durable = true): Promise<Answer> {
    if (this.reason !== null) {
      return Promise.reject(new CommandError("disconnected", this.reason, true));
    }
    if (this.state !== "connected" && !durable) {
      return Promise.reject(new CommandError("disconnected", "There is no connection at the moment.", true));
    }
    const { text, answer } = this.pending.add(command, durable);
    if (text && this.state === "connected") {
      this.socket?.send(text);
    }
    return answer;
  }

  /** Send a command whose answer does not matter; without a connection it is dropped. */
  tell(command: AnyCommand): void {
    if (this.state === "connected") {
      if (command.op === "painted") {
        void this.pings.again(); // first: the server takes its time with the other
      }
      this.socket?.send(JSON.stringify(command));
    }
  }

  private dial(): void {
    this.cancelTimer?.();
    let socket: SocketLike;
    try {
      socket = this.around.connect(this.url());
    } catch {
      this.lost(1006, "");
      return;
    }
    this.socket = socket;
    this.cancelTimer = this.around.later(() => {
      this.drop("The server did not welcome this page.");
    }, HANDSHAKE_MS);
    socket.onopen = () => {
      this.resolution ??= smallestStep(() => this.around.now());
      const hello: AnyCommand = {
        op: "hello",
        protocol: PROTOCOL_VERSION,
        clock_id: this.clockId,
        client: "panel",
        resolution_ns: this.resolution,
      };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event) => {
      if (socket === this.socket && typeof event.data === "string") {
        this.watch.heard();
        this.receive(JSON.parse(event.data) as AnyFrame, this.nowNs());
      }
    };
    socket.onclose = (event) => {
      if (socket === this.socket) {
        this.lost(event.code, event.reason ?? "");
      }
    };
  }

  /** Give a connection up that may not know yet that it is dead. */
  private drop(reason: string): void {
    const socket = this.socket;
    if (socket) {
      this.lost(1006, reason);
      socket.close();
    }
  }

  private lost(code: number, reason: string): void {
    const wasWelcome = this.state === "connected";
    this.socket = null;
    this.watch.stop();
    this.cancelTimer?.();
    if (!comesBack(code)) {
      this.end("refused", reason || `The server closed the connection (${String(code)}).`);
      return;
    }
    this.pending.fail(new CommandError("disconnected", "The connection was lost.", true), false);
    this.move("lost");
    if (this.failed >= this.maxRetries) {
      this.end("exhausted", `The connection was lost and ${String(this.failed)} tries to come back failed.`);
      return;
    }
    const wait = backoff(this.failed++, () => this.around.random());
    this.cancelTimer = this.around.later(() => {
      this.dial();
    }, wait);
    if (!wasWelcome) {
      void this.askWhetherRefused();
    }
  }

  /** A browser does not tell a page why a WebSocket could not be opened; a request does. */
  private async askWhetherRefused(): Promise<void> {
    const url = new URL(this.url());
    url.protocol = url.protocol.replace("ws", "http");
    url.pathname = url.pathname.replace(/ws$/, "health");
    if ((await this.around.isRefused(url.href)) && this.state === "reconnecting") {
      this.end("refused", SIGN_IN);
    }
  }

  private end(move: "close" | "refused" | "exhausted", reason: string | null): void {
    this.cancelTimer?.();
    this.stopWaking?.();
    this.watch.stop();
    const socket = this.socket;
    this.socket = null;
    this.reason = reason;
    this.move(move);
    socket?.close(1000);
    if (reason !== null) {
      this.pending.fail(new CommandError("disconnected", reason, true), true);
    }
  }

  private wake(): void {
    if (this.state === "connected") {
      this.watch.look();
    } else {
      this.open();
    }
  }

  private receive(frame: AnyFrame, receivedNs: number): void {
    switch (frame.op) {
      case "welcome":
        this.welcomed(frame);
        return;
      case "events":
        this.rooms.take(frame, receivedNs);
        return;
      case "subscribed":
        this.rooms.stand(frame);
        break;
      case "presence":
      case "typing":
        this.rooms.notice(frame);
        return;
      case "log":
        return;
      default:
        break;
    }
    this.pending.take(frame);
  }

  private welcomed(frame: WelcomeFrame): void {
    this.welcome = frame;
    this.failed = 0;
    this.cancelTimer?.();
    this.move("opened");
    this.watch.start();
    this.rooms.joinAll();
    for (const text of this.pending.again()) {
      this.socket?.send(text);
    }
    void this.pings.begin();
  }

  private move(move: ConnectionMove): void {
    const before = this.state;
    this.state = step(before, move);
    if (this.state !== "disconnected") {
      this.reason = null;
    }
    if (this.state !== before) {
      for (const heard of [...this.heard]) {
        heard(this.state, this.reason);
      }
    }
  }
}

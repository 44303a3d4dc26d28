/** One channel as a page sees it: the fold, what waits to be sent, and when things happened. */
import { Fold } from "./fold";
import { MAX_CHARS, MAX_MESSAGES, type Kept, type OutboxStore } from "./outbox";
import { CommandError } from "./pending";
import type { AnyEvent, AnyFrame, Author, Snapshot } from "./protocol";
import type { ChannelListener } from "./rooms";
import { Timings } from "./timings";
import type { Transport } from "./transport";

/** A message that the server has not acknowledged yet. */
export interface Outgoing extends Kept {
  /** Why the server refused it; null while it is on its way. */
  error: string | null;
}

/** What changed; `messages` are those whose text grew, `structure` means look at everything. */
export interface Change {
  structure: boolean;
  messages: Set<string>;
  /** The newest chunk that arrived, for painted acks. */
  chunk: Arrived | null;
  /** The chunks with which texts began: what a reader has waited for. */
  firsts: Arrived[];
}

/** A chunk, and when it came. */
export interface Arrived {
  seq: number;
  receivedNs: number;
}

/** Nothing has changed. */
export function unchanged(): Change {
  return { structure: false, messages: new Set(), chunk: null, firsts: [] };
}

export class ChatSession implements ChannelListener {
  fold: Fold | null = null;
  readers: Author[] = [];
  readonly typing = new Map<string, number>();
  readonly outgoing = new Map<string, Outgoing>();
  readonly timings = new Timings();
  private readonly listeners = new Set<(change: Change) => void>();

  /** Messages that have been said and have no answer. */
  private readonly asked = new Set<string>();
  private isRestored = false;

  constructor(
    readonly channel: string,
    readonly transport: Transport,
    private readonly newId: () => string,
    private readonly store: OutboxStore | null = null,
  ) {
    transport.subscribe(channel, this);
    transport.listen((state) => {
      if (state === "connected") {
        this.sayAgain();
      }
    });
  }

  /** Hear changes; returns what ends it. */
  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Say something now, or as soon as there is a connection; once, whatever breaks. */
  async send(text: string, agents?: string[]): Promise<void> {
    const id = this.newId();
    const out: Outgoing = { id, text, at: Date.now() * 1000, ...(agents ? { agents } : {}), error: this.full(text) };
    this.outgoing.set(id, out);
    this.tell({ structure: true });
    if (out.error === null) {
      this.keep(out);
      await this.say(out);
    }
  }

  /** Take a message that was refused out of view, to be typed again. */
  discard(id: string): void {
    this.outgoing.delete(id);
    this.unkeep(id);
    this.tell({ structure: true });
  }

  /** Stop one stream, or all that are live. */
  async stop(stream?: string): Promise<void> {
    const streams = stream === undefined ? [...(this.fold?.live.keys() ?? [])] : [stream];
    await Promise.all(streams.map((each) => this.quietly({ op: "cancel", stream: each })));
  }

  /** Let the same agent answer the same message again. */
  async regenerate(stream: string): Promise<void> {
    await this.quietly({ op: "regenerate", stream });
  }

  snapshot(snapshot: Snapshot): void {
    this.fold = new Fold(snapshot);
    this.restore();
    this.forgetSeen();
    this.tell({ structure: true });
  }

  events(events: AnyEvent[], receivedNs: number): void {
    const change = unchanged();
    for (const event of events) {
      this.timings.take(event, receivedNs);
      if (event.type === "stream.delta" && typeof event.seq === "number") {
        change.chunk = { seq: event.seq, receivedNs };
        if ((event.kind ?? "text") === "text" && this.fold?.live.get(event.stream)?.isEmpty) {
          change.firsts.push(change.chunk);
        }
      }
      this.fold?.apply(event).forEach((id) => change.messages.add(id));
      change.structure ||= event.type !== "stream.delta";
    }
    this.forgetSeen();
    this.tell(change);
  }

  notice(frame: AnyFrame): void {
    if (frame.op === "presence") {
      this.readers = frame.users;
    } else if (frame.op === "typing") {
      if (frame.typing) {
        this.typing.set(frame.user.name, Date.now());
      } else {
        this.typing.delete(frame.user.name);
      }
    }
    this.tell({ structure: true });
  }

  private async quietly(command: { op: "cancel" | "regenerate"; stream: string }): Promise<void> {
    try {
      await this.transport.ask(command);
    } catch (error) {
      if (!(error instanceof CommandError)) {
        throw error;
      }
    }
  }

  private async say(out: Outgoing): Promise<void> {
    const { id, text, agents } = out;
    this.timings.asked(id, this.transport.nowNs());
    this.asked.add(id);
    try {
      const answer = await this.transport.ask({
        op: "send",
        channel: this.channel,
        text,
        client_message_id: id,
        ...(agents ? { agents } : {}),
      });
      this.timings.answered(id, answer.op === "ack" ? (answer.streams ?? []) : []);
      this.unkeep(id);
    } catch (error) {
      // without a connection it waits for the next one
      if (!(error instanceof CommandError && error.code === "disconnected")) {
        out.error = error instanceof Error ? error.message : String(error);
        this.unkeep(id);
      }
    } finally {
      this.asked.delete(id);
    }
    this.forgetSeen();
    this.tell({ structure: true });
  }

  /** Say what waits and is not on its way, under the ids that it had. */
  private sayAgain(): void {
    for (const out of this.outgoing.values()) {
      if (out.error === null && !this.asked.has(out.id)) {
        void this.say(out);
      }
    }
  }

  /** Why no more can wait; null if there is room. */
  private full(text: string): string | null {
    const waiting = [...this.outgoing.values()].filter((each) => each.error === null);
    const chars = waiting.reduce((sum, each) => sum + each.text.length, text.length);
    if (waiting.length < MAX_MESSAGES && (waiting.length === 0 || chars <= MAX_CHARS)) {
      return null;
    }
    return `${String(waiting.length)} messages wait to be sent already. This one was not taken: send it when the connection is back.`;
  }

  private get user(): string | null {
    return this.transport.welcome?.user.id ?? null;
  }

  private keep(out: Outgoing): void {
    if (this.store && this.user !== null) {
      const { id, text, agents, at } = out;
      this.store.put(this.user, this.channel, { id, text, at, ...(agents ? { agents } : {}) });
    }
  }

  private unkeep(id: string): void {
    if (this.store && this.user !== null) {
      this.store.remove(this.user, this.channel, id);
    }
  }

  /** Take up what this page, before it was reloaded, could not send. */
  private restore(): void {
    if (this.isRestored || !this.store || this.user === null) {
      return;
    }
    this.isRestored = true;
    for (const out of this.outgoing.values()) {
      this.keep(out); // typed before it was known who writes
    }
    for (const kept of this.store.all(this.user, this.channel)) {
      if (!this.outgoing.has(kept.id)) {
        this.outgoing.set(kept.id, { ...kept, error: null });
      }
    }
    this.sayAgain();
  }

  /** What the log shows needs no second showing, nor to be kept. */
  private forgetSeen(): void {
    for (const { client_message_id: id } of this.fold?.messages.values() ?? []) {
      if (id && this.outgoing.delete(id)) {
        this.unkeep(id);
      }
    }
  }

  private tell(change: Partial<Change>): void {
    const whole: Change = { ...unchanged(), ...change };
    for (const listener of this.listeners) {
      listener(whole);
    }
  }
}

/** One channel as a page sees it: the fold, what waits to be sent, and when things happened. */
import { Fold } from "./fold";
import type { AnyEvent, AnyFrame, Author, Snapshot } from "./protocol";
import { Timings } from "./timings";
import { CommandError, type ChannelListener, type Transport } from "./transport";

/** A message that the server has not acknowledged yet. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  /** Why the server refused it; null while it is on its way. */
  error: string | null;
}

/** What changed; `messages` are those whose text grew, `structure` means look at everything. */
export interface Change {
  structure: boolean;
  messages: Set<string>;
  /** The newest chunk that arrived, for painted acks. */
  chunk: { seq: number; receivedNs: number } | null;
}

export class ChatSession implements ChannelListener {
  fold: Fold | null = null;
  readers: Author[] = [];
  readonly typing = new Map<string, number>();
  readonly outgoing = new Map<string, Outgoing>();
  readonly timings = new Timings();
  private readonly listeners = new Set<(change: Change) => void>();

  constructor(
    readonly channel: string,
    readonly transport: Transport,
    private readonly newId: () => string,
  ) {
    transport.subscribe(channel, this);
  }

  /** Hear changes; returns what ends it. */
  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Say something now, or as soon as there is a connection; once, whatever breaks. */
  async send(text: string, agents?: string[]): Promise<void> {
    const id = this.newId();
    const out: Outgoing = { id, text, at: Date.now() * 1000, error: null };
    this.outgoing.set(id, out);
    this.tell({ structure: true });
    this.timings.asked(id, this.transport.nowNs());
    try {
      const answer = await this.transport.ask({
        op: "send",
        channel: this.channel,
        text,
        client_message_id: id,
        ...(agents ? { agents } : {}),
      });
      this.timings.answered(id, answer.op === "ack" ? (answer.streams ?? []) : []);
    } catch (error) {
      out.error = error instanceof Error ? error.message : String(error);
    }
    this.forgetSeen();
    this.tell({ structure: true });
  }

  /** Take a message that was refused out of view, to be typed again. */
  discard(id: string): void {
    this.outgoing.delete(id);
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
    this.forgetSeen();
    this.tell({ structure: true });
  }

  events(events: AnyEvent[], receivedNs: number): void {
    const change: Change = { structure: false, messages: new Set(), chunk: null };
    for (const event of events) {
      this.timings.take(event, receivedNs);
      this.fold?.apply(event).forEach((id) => change.messages.add(id));
      if (event.type === "stream.delta") {
        change.chunk = typeof event.seq === "number" ? { seq: event.seq, receivedNs } : change.chunk;
      } else {
        change.structure = true;
      }
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

  /** What the log shows needs no second showing. */
  private forgetSeen(): void {
    for (const message of this.fold?.messages.values() ?? []) {
      if (message.client_message_id) {
        this.outgoing.delete(message.client_message_id);
      }
    }
  }

  private tell(change: Partial<Change>): void {
    const whole: Change = { structure: false, messages: new Set(), chunk: null, ...change };
    for (const listener of this.listeners) {
      listener(whole);
    }
  }
}

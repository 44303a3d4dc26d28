/** Commands that have no answer yet: bounded, in their order, said again on each new connection. */
import type { AckFrame, AnyCommand, AnyFrame, PongFrame, SubscribedFrame } from "./protocol";

export const MAX_PENDING = 1000;

export class CommandError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retry: boolean,
  ) {
    super(message);
  }
}

export type Answer = AckFrame | SubscribedFrame | PongFrame;

interface Waiting {
  readonly text: string;
  /** Said again after a break; a send is safe because it carries its client_message_id. */
  readonly durable: boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export class Pending {
  private refs = 0;
  private readonly waiting = new Map<number, Waiting>();

  get size(): number {
    return this.waiting.size;
  }

  /** Keep a command until it is answered; returns its text with its ref, and the answer to come. */
  add(command: AnyCommand, durable: boolean): { text: string; answer: Promise<Answer> } {
    if (this.waiting.size >= MAX_PENDING) {
      const why = `${String(MAX_PENDING)} commands wait for the server already; this one was not taken.`;
      return { text: "", answer: Promise.reject(new CommandError("outbox_full", why, true)) };
    }
    const ref = ++this.refs;
    const text = JSON.stringify({ ...command, ref });
    const answer = new Promise<Answer>((resolve, reject) => {
      this.waiting.set(ref, { text, durable, resolve, reject });
    });
    return { text, answer };
  }

  /** What is to be said on a new connection. */
  again(): string[] {
    return [...this.waiting.values()].map((each) => each.text);
  }

  /** Hand an answer to whoever waits for it. */
  take(frame: Extract<AnyFrame, { op: "ack" | "error" | "pong" | "subscribed" }>): void {
    const waiting = typeof frame.ref === "number" ? this.waiting.get(frame.ref) : undefined;
    if (!waiting || typeof frame.ref !== "number") {
      return;
    }
    this.waiting.delete(frame.ref);
    if (frame.op === "error") {
      waiting.reject(new CommandError(frame.code, frame.message, frame.retry));
    } else {
      waiting.resolve(frame);
    }
  }

  /** Give up on what is not said again, or with `all` on everything. */
  fail(error: Error, all: boolean): void {
    for (const [ref, waiting] of this.waiting) {
      if (all || !waiting.durable) {
        this.waiting.delete(ref);
        waiting.reject(error);
      }
    }
  }
}

/** One room that a client reads: what it has had of it already. */
import type { Payload } from "./eventAdapter";

export type Delivery = [name: string, payload: Payload];

/** Answers that one room follows at once. */
export const MAX_OPEN = 1000;

/** What is the only event of its log entry, and comes merged with later ones if it comes again. */
const ALONE: ReadonlySet<string> = new Set(["messageStreamChunk", "message"]);

export class Room {
  /** What was made earlier was not missed. */
  sinceMs = 0;
  /** What has to wait until it is known what was missed. */
  held: Delivery[] | null = null;
  /** Whether something was lost that cannot be fetched. */
  isLossy = false;
  private epoch: string | null = null;
  private seq = 0;
  private had: Set<string> | null = null;
  private readonly next = new Map<string, number>();

  constructor(readonly spelling: string) {}

  /**
   * The position to go on from, null if the server told none. Of an entry that may have been cut
   * off in the middle everything is asked for again.
   */
  get after(): string | null {
    return this.epoch === null ? null : `${this.epoch}:${String(this.had === null ? this.seq : this.seq - 1)}`;
  }

  /** Take from the server where reading begins, and in which epoch it counts. */
  stand(position: unknown, goesOn: boolean): void {
    const text = typeof position === "string" ? position : "";
    const colon = text.lastIndexOf(":");
    this.epoch = colon > 0 ? text.slice(0, colon) : null;
    if (!goesOn) {
      const seq = text.slice(colon + 1);
      this.seq = /^[0-9]+$/.test(seq) ? Number(seq) : 0;
      this.had = null;
    }
  }

  /** Whether an event was not had before; it is noted that it is had now. */
  isNew(name: string, seq: number): boolean {
    if (seq < this.seq || (seq === this.seq && (this.had === null || this.had.has(name)))) {
      return false;
    }
    if (ALONE.has(name)) {
      this.had = null;
    } else if (seq > this.seq || this.had === null) {
      this.had = new Set([name]);
    } else {
      this.had.add(name);
    }
    this.seq = seq;
    return true;
  }

  /** Whether a chunk says something that was not said; chunks come in order. */
  isNewChunk(chunk: Payload): boolean {
    const { messageId: message, index } = chunk;
    if (typeof message !== "string" || typeof index !== "number") {
      return true;
    }
    const last = typeof chunk["lastIndex"] === "number" ? chunk["lastIndex"] : index;
    if (last < (this.next.get(message) ?? 0)) {
      return false;
    }
    this.open(message, last + 1);
    return true;
  }

  /** Note that an answer goes on; the chunk `index` comes next. */
  open(message: string, index = 0): void {
    this.next.set(message, Math.max(index, this.next.get(message) ?? 0));
    if (this.next.size > MAX_OPEN) {
      this.next.delete(first(this.next.keys()));
    }
  }

  /** Note that an answer is over; null: all of them. */
  close(message: string | null): void {
    if (message === null) {
      this.next.clear();
    } else {
      this.next.delete(message);
    }
  }

  isOpen(message: unknown): boolean {
    return typeof message === "string" && this.next.has(message);
  }

  /** The answers that went on and do no more; they are over. */
  closeAllBut(live: readonly unknown[]): string[] {
    const over = [...this.next.keys()].filter((message) => !live.includes(message));
    for (const message of over) {
      this.next.delete(message);
    }
    return over;
  }
}

/** The first of what is not empty. */
export function first<Item>(items: Iterable<Item>): Item {
  for (const item of items) {
    return item;
  }
  throw new RangeError("There is nothing.");
}

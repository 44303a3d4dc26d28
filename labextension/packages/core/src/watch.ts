/**
 * Notices a server that has gone without a word: a page gets no ping of the WebSocket to see.
 *
 * Timers of hidden pages are late, never early, so a late one only looks later.
 */
import type { Surroundings } from "./surroundings";

/** After so much silence the server is asked whether it is there. */
export const SILENCE_MS = 20_000;
/** How long it may take to answer. */
export const ANSWER_MS = 10_000;
/** The same after the page was away: people wait for it. */
export const AWAKE_MS = 2_000;

export class Watch {
  private last = 0;
  private isWaiting = false;
  private cancel: (() => void) | null = null;

  /** `ping` asks the server for any frame; `dead` is called when none comes. */
  constructor(
    private readonly around: Pick<Surroundings, "now" | "later">,
    private readonly ping: () => Promise<unknown>,
    private readonly dead: () => void,
  ) {}

  /** Begin with a connection. */
  start(): void {
    this.heard();
    this.wait(SILENCE_MS);
  }

  /** A frame has come. */
  heard(): void {
    this.last = this.around.now();
    this.isWaiting = false;
  }

  /** Ask at once: the machine may have slept. */
  look(): void {
    this.ask(AWAKE_MS);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private wait(ms: number): void {
    this.stop();
    this.cancel = this.around.later(() => {
      const silent = this.around.now() - this.last;
      if (silent < SILENCE_MS) {
        this.wait(SILENCE_MS - silent);
      } else {
        this.ask(ANSWER_MS);
      }
    }, ms);
  }

  private ask(patience: number): void {
    this.isWaiting = true;
    this.ping().catch(() => undefined);
    this.stop();
    this.cancel = this.around.later(() => {
      if (this.isWaiting) {
        this.dead();
      } else {
        this.wait(SILENCE_MS);
      }
    }, patience);
  }
}

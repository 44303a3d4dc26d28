/** Tells the server, for a sample of chunks, when they arrived, stood in the DOM, and were painted. */
import type { Frames } from "./pacing";
import type { PaintedCommand } from "./protocol";
import type { Arrived } from "./session";

/** At most one chunk in 100 ms is reported, beside those with which texts begin. */
const EVERY_NS = 100_000_000;

interface Reporting {
  nowNs(): number;
  tell(command: PaintedCommand): void;
}

export class PaintReporter {
  private last = -EVERY_NS;

  constructor(
    private readonly channel: string,
    private readonly transport: Reporting,
    private readonly frames: Frames,
  ) {}

  /** Call when a change has been put into the DOM: its newest chunk, and those that begin a text. */
  shown(newest: Arrived | null, firsts: Arrived[]): void {
    for (const first of firsts) {
      this.committed(first.seq, first.receivedNs, true);
    }
    if (newest && !firsts.includes(newest)) {
      this.committed(newest.seq, newest.receivedNs);
    }
  }

  /**
   * Call when a chunk has just been put into the DOM. The paint is the instant after the next
   * frame, which is when the browser has painted what stood in the DOM before it.
   */
  committed(seq: number, clientNs: number, isFirst = false): void {
    const domNs = this.transport.nowNs();
    if (!isFirst && domNs - this.last < EVERY_NS) {
      return;
    }
    this.last = domNs;
    const report: PaintedCommand = {
      op: "painted",
      channel: this.channel,
      seq,
      client_ns: clientNs,
      dom_ns: domNs,
    };
    if (this.frames.isHidden()) {
      this.transport.tell({ ...report, hidden: true });
      return;
    }
    this.frames.frame(() => {
      this.frames.later(() => {
        this.transport.tell({ ...report, paint_ns: this.transport.nowNs() });
      }, 0);
    });
  }
}

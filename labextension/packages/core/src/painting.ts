/** Tells the server, for a sample of chunks, when they arrived, stood in the DOM, and were painted. */
import type { Frames } from "./pacing";
import type { PaintedCommand } from "./protocol";

/** At most one chunk in 100 ms is reported. */
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

  /**
   * Call when a chunk has just been put into the DOM. The paint is the instant after the next
   * frame, which is when the browser has painted what stood in the DOM before it.
   */
  committed(seq: number, clientNs: number): void {
    const domNs = this.transport.nowNs();
    if (domNs - this.last < EVERY_NS) {
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

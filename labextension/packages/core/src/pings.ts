/** Keeps the server told how far its clock is from the page's. */
import { estimate, trip, type Sample } from "./offset";
import type { AnyCommand, AnyFrame } from "./protocol";

/** Round trips at each opening. */
const FIRST = 5;
/** Between two round trips while chunks arrive; a page that is idle asks nothing. */
const EVERY_NS = 5e8;
/** Round trips that an estimate looks back on. */
const WINDOW = 32;

/** The part of the transport that this needs. */
interface Pinging {
  nowNs(): number;
  ask(command: AnyCommand, durable: boolean): Promise<AnyFrame>;
  tell(command: AnyCommand): void;
}

export class Pings {
  private samples: Sample[] = [];
  private last = 0;

  /** `resolution`: the smallest step of the page's clock in ns. */
  constructor(
    private readonly transport: Pinging,
    private readonly resolution: () => number | null,
  ) {}

  /** Estimate anew: behind the address there may be another server now. */
  async begin(): Promise<void> {
    this.samples = [];
    for (let round = 0; round < FIRST; round++) {
      await this.sample();
    }
    this.tell();
  }

  /** Call where a chunk's instants were told; makes one more round trip if it is time. */
  async again(): Promise<void> {
    if (this.samples.length > 0 && this.transport.nowNs() - this.last >= EVERY_NS) {
      await this.sample();
      this.tell();
    }
  }

  private async sample(): Promise<void> {
    const sent = this.transport.nowNs();
    this.last = sent;
    const pong = await this.transport.ask({ op: "ping", t: sent }, false).catch(() => null);
    if (pong?.op === "pong") {
      const { received_ns: received, sent_ns: answered } = pong;
      this.samples.push({ sent, received, answered, back: this.transport.nowNs() });
      this.samples = this.samples.slice(-WINDOW);
    }
  }

  private tell(): void {
    const found = estimate(this.samples, this.resolution() ?? 0);
    if (found) {
      const { at_ns: t, ...offset } = found;
      const trips = this.samples.map(trip).sort((one, two) => one - two);
      const rtt = Math.max(trips[(trips.length - 1) >> 1] ?? 0, 0);
      this.transport.tell({ op: "ping", t, ...offset, rtt_ns: rtt });
    }
  }
}

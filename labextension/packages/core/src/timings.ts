/** When the answers of this page's questions began and how fast they came, by the page's clock. */
import type { AnyEvent } from "./protocol";

export interface Timing {
  /** When the question left this page; null if it came from elsewhere. */
  askedNs: number | null;
  startedNs: number | null;
  firstNs: number | null;
  lastNs: number | null;
  chunks: number;
  model: string | null;
}

export class Timings {
  private readonly streams = new Map<string, Timing>();
  private readonly asks = new Map<string, number>();

  get(stream: string): Timing | undefined {
    return this.streams.get(stream);
  }

  /** A question leaves. */
  asked(clientMessageId: string, ns: number): void {
    this.asks.set(clientMessageId, ns);
  }

  /** Its answers have names. */
  answered(clientMessageId: string, streams: readonly string[]): void {
    const ns = this.asks.get(clientMessageId) ?? null;
    this.asks.delete(clientMessageId);
    for (const stream of streams) {
      this.of(stream).askedNs = ns;
    }
  }

  take(event: AnyEvent, receivedNs: number): void {
    if (event.type === "stream.started") {
      const timing = this.of(event.stream);
      timing.startedNs = receivedNs;
      timing.model = event.model ?? null;
    } else if (event.type === "stream.delta") {
      const timing = this.of(event.stream);
      timing.firstNs ??= receivedNs;
      timing.lastNs = receivedNs;
      timing.chunks += typeof event.index === "number" ? 1 : event.index[1] - event.index[0] + 1;
    }
  }

  /** The line under an answer: `TTFT 231 ms · 48 chunks/s`; empty where this page did not see it. */
  static line(timing: Timing | undefined): string[] {
    if (timing?.firstNs == null || timing.startedNs === null) {
      return [];
    }
    const parts: string[] = [];
    if (timing.askedNs !== null) {
      parts.push(`TTFT ${String(Math.round((timing.firstNs - timing.askedNs) / 1e6))} ms`);
    }
    const span = ((timing.lastNs ?? 0) - timing.firstNs) / 1e9;
    if (timing.chunks > 1 && span > 0) {
      const rate = (timing.chunks - 1) / span;
      parts.push(`${rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1)} chunks/s`);
    }
    return parts;
  }

  private of(stream: string): Timing {
    let timing = this.streams.get(stream);
    if (!timing) {
      timing = { askedNs: null, startedNs: null, firstNs: null, lastNs: null, chunks: 0, model: null };
      this.streams.set(stream, timing);
    }
    return timing;
  }
}

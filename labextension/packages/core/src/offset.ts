/** The offset between the page's clock and the server's, by NTP's four stamps (RFC 5905 §8). */
import type { AnyCommand, AnyFrame } from "./protocol";

const PINGS = 5;

/** The part of the transport that this needs. */
interface Pinging {
  nowNs(): number;
  ask(command: AnyCommand, durable: boolean): Promise<AnyFrame>;
  tell(command: AnyCommand): void;
}

/** Tell the server its clock minus the page's, by the shortest of a few round trips. */
export async function estimateOffset(transport: Pinging): Promise<void> {
  let best: [offset: number, uncertainty: number] | null = null;
  for (let round = 0; round < PINGS; round++) {
    const sent = transport.nowNs();
    const pong = await transport.ask({ op: "ping", t: sent }, false).catch(() => null);
    if (pong?.op !== "pong") {
      return;
    }
    const back = transport.nowNs();
    const trip = back - sent - (pong.sent_ns - pong.received_ns);
    const offset = Math.round((pong.received_ns - sent + (pong.sent_ns - back)) / 2);
    const uncertainty = Math.max(Math.round(trip / 2), 1);
    if (best === null || uncertainty < best[1]) {
      best = [offset, uncertainty];
    }
  }
  if (best) {
    transport.tell({ op: "ping", t: transport.nowNs(), offset_ns: best[0], uncertainty_ns: best[1] });
  }
}

/**
 * How far the server's clock is from the page's, with bounds; the twin of protocol/offset.py, which
 * says why this is right.
 */

/** No clock is further off its rate (RFC 5905, figure 27). */
const MAX_DRIFT = 500e-6;
const BILLION = 1e9;

/** One round trip in ns: our clock at both ends, the server's between. */
export interface Sample {
  sent: number;
  received: number;
  answered: number;
  back: number;
}

/** The server's clock minus ours when ours reads `at_ns`, off by no more than `uncertainty_ns`. */
export interface Offset {
  at_ns: number;
  offset_ns: number;
  uncertainty_ns: number;
  drift_ppb: number;
  drift_uncertainty_ppb: number;
}

/** How long it took without the other side's share. */
export function trip(sample: Sample): number {
  return sample.back - sample.sent - (sample.answered - sample.received);
}

/**
 * The offset when the newest answer came back; null without a sound sample. Samples that no
 * straight line allows, as after a machine slept, are passed over from the oldest on.
 */
export function estimate(samples: Sample[], resolution = 0): Offset | null {
  for (let start = 0; start < samples.length; start++) {
    const found = line(samples.slice(start), resolution);
    if (found) {
      return found;
    }
  }
  return null;
}

/** What lies between all lines that the samples allow; null if there is no line. */
function line(samples: Sample[], resolution: number): Offset | null {
  const above = samples.map((each) => ({ at: each.sent, bound: each.received - each.sent + resolution }));
  const below = samples.map((each) => ({ at: each.back, bound: each.answered - each.back - resolution }));
  let most = MAX_DRIFT;
  let least = -MAX_DRIFT;
  for (const low of below) {
    for (const high of above) {
      if (high.at > low.at) {
        most = Math.min(most, (high.bound - low.bound) / (high.at - low.at));
      } else if (high.at < low.at) {
        least = Math.max(least, (low.bound - high.bound) / (low.at - high.at));
      }
    }
  }
  const at = samples.at(-1)?.back ?? 0;
  const highest = Math.min(...above.map((each) => each.bound + Math.ceil(most * (at - each.at))));
  const lowest = Math.max(...below.map((each) => each.bound + Math.floor(least * (at - each.at))));
  if (least > most || lowest > highest) {
    return null;
  }
  const offset = lowest + Math.floor((highest - lowest) / 2);
  return {
    at_ns: at,
    offset_ns: offset,
    uncertainty_ns: Math.max(highest - offset, 1),
    drift_ppb: Math.round(((most + least) / 2) * BILLION),
    drift_uncertainty_ppb: Math.ceil(((most - least) / 2) * BILLION) + 1,
  };
}

/** How finely a page's clock ticks: browsers coarsen it, and differently. */

const STEPS = 5;
/** Of a clock that ticks every millisecond these last a few milliseconds. */
const LOOKS = 20_000;

/** The smallest step that the clock takes in a short while, in ns; null if it takes none. */
export function smallestStep(now: () => number): number | null {
  let smallest = Infinity;
  let before = now();
  for (let look = 0, steps = 0; look < LOOKS && steps < STEPS; look++) {
    const instant = now();
    if (instant > before) {
      smallest = Math.min(smallest, instant - before);
      before = instant;
      steps++;
    }
  }
  return smallest === Infinity ? null : Math.ceil(smallest * 1e6);
}

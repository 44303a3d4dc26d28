import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { estimate, smallestStep, type Offset, type Sample } from "../src/index";

interface Case {
  name: string;
  resolution_ns: number;
  samples: [number, number, number, number][];
  true_offset_ns: number;
  true_drift_ppb: number;
  estimate: Offset;
}

const file = resolve(import.meta.dirname, "../../../../tests/data/offset/cases.json");
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];
const MS = 1e6;

describe("the offset between two clocks", () => {
  it.each(cases)("is that of the shared case: $name", (each) => {
    const samples = each.samples.map(([sent, received, answered, back]) => ({ sent, received, answered, back }));
    const found = estimate(samples, each.resolution_ns);
    expect(found).toEqual(each.estimate);
    expect(Math.abs((found?.offset_ns ?? NaN) - each.true_offset_ns)).toBeLessThanOrEqual(found?.uncertainty_ns ?? 0);
  });

  it("lies within the uncertainty, however the two ways differ", () => {
    const delay = fc.integer({ min: 0, max: 300 * MS });
    const trips = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 * MS }), delay, delay), { minLength: 1, maxLength: 12 });
    const step = fc.constantFrom(1, 5_000, 100_000, MS);
    fc.assert(
      fc.property(trips, fc.integer({ min: -1e14, max: 1e14 }), fc.integer({ min: -400_000, max: 400_000 }), step,
        (made, offset, ppb, tick) => {
          const server = (ours: number): number => ours + offset + Math.floor((ours / 1e9) * ppb);
          const coarse = (ours: number): number => Math.floor(ours / tick) * tick;
          let now = 0;
          const samples: Sample[] = made.map(([pause, there, back]) => {
            const sent = now + pause;
            const arrived = sent + there;
            now = arrived + back;
            return { sent: coarse(sent), received: server(arrived), answered: server(arrived), back: coarse(now) };
          });
          const found = estimate(samples, tick);
          const truth = server(found?.at_ns ?? NaN) - (found?.at_ns ?? NaN);
          expect(Math.abs((found?.offset_ns ?? NaN) - truth)).toBeLessThanOrEqual((found?.uncertainty_ns ?? 0) + 4);
        }),
    );
  });

  it("is not known without a sound round trip", () => {
    expect(estimate([])).toBeNull();
    expect(estimate([{ sent: 0, received: 9, answered: 9, back: -1 }])).toBeNull();
  });
});

describe("the smallest step of a clock", () => {
  const ticking = (...steps: number[]): (() => number) => {
    let now = 0;
    return () => (now += steps.shift() ?? 0);
  };

  it("is found among steps that differ", () => {
    expect(smallestStep(ticking(0, 0, 0.2, 0, 0.1, 0.3, 0, 0.1, 0.2))).toBe(100_000);
  });

  it("is unknown for a clock that stands still", () => {
    expect(smallestStep(() => 7)).toBeNull();
  });
});

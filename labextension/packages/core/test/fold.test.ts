import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Fold, type AnyEvent, type Snapshot } from "../src/index";

interface Case {
  snapshot: Snapshot;
  events: AnyEvent[];
  result: Snapshot;
}

const file = resolve(import.meta.dirname, "../../../../tests/data/fold/cases.json");
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

/** The same with every default left out, as the wire does it. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(bare);
  }
  if (value !== null && typeof value === "object") {
    const kept = Object.entries(value)
      .map(([key, each]) => [key, bare(each)] as const)
      .filter(([, each]) => !isDefault(each));
    return Object.fromEntries(kept);
  }
  return value;
}

function isDefault(value: unknown): boolean {
  const empty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return value === null || value === false || empty;
}

describe("the fold", () => {
  it.each(cases.map((each, number) => [number, each] as const))("agrees with Python's on case %i", (_, each) => {
    const fold = new Fold(each.snapshot);
    for (const event of each.events) {
      fold.apply(event);
    }
    expect(bare(fold.snapshot())).toEqual(bare(each.result));
  });

  it("gives the same from a snapshot anywhere and the rest", () => {
    fc.assert(
      fc.property(fc.nat(cases.length - 1), fc.nat(), (number, at) => {
        const { snapshot, events } = cases[number]!;
        const cut = at % (events.length + 1);
        const whole = new Fold(snapshot);
        events.forEach((event) => whole.apply(event));
        const first = new Fold(snapshot);
        events.slice(0, cut).forEach((event) => first.apply(event));
        const second = new Fold(JSON.parse(JSON.stringify(first.snapshot())) as Snapshot);
        events.slice(cut).forEach((event) => second.apply(event));
        expect(second.snapshot()).toEqual(whole.snapshot());
      }),
    );
  });

  it("notices a lost chunk", () => {
    const found = cases.find((each) => each.events.some((event) => event.type === "stream.delta") && each.result.live?.length);
    const events = found?.events ?? [];
    const lost = events.findLastIndex((event) => event.type === "stream.delta" && event.text !== "" && found?.result.live?.some((live) => live.stream === event.stream));
    const fold = new Fold((found!).snapshot);
    events.filter((_, place) => place !== lost).forEach((event) => fold.apply(event));
    expect(bare(fold.snapshot())).not.toEqual(bare((found!).result));
  });
});

import { describe, expect, it } from "vitest";

import { CLOSE_CODES, comesBack, step, TRANSITIONS, type ConnectionMove, type ConnectionState } from "../src/index";

const STATES = Object.keys(TRANSITIONS) as ConnectionState[];
const MOVES: ConnectionMove[] = ["open", "opened", "lost", "refused", "exhausted", "close"];

describe("the page moves by the table that the server's code generated", () => {
  it.each(STATES.flatMap((state) => MOVES.map((move) => [state, move] as const)))("%s, %s", (state, move) => {
    const next = TRANSITIONS[state][move];
    if (next) {
      expect(step(state, move)).toBe(next);
    } else {
      expect(() => step(state, move)).toThrow(`A connection that is ${state} cannot move by ${move}; it allows `);
    }
  });

  it("knows which close codes to come back after", () => {
    const stay = Object.values(CLOSE_CODES).filter(([code]) => !comesBack(code));
    expect(stay.map(([code]) => code)).toEqual([CLOSE_CODES.UNSUPPORTED_PROTOCOL[0], CLOSE_CODES.FORBIDDEN[0]]);
    expect(comesBack(CLOSE_CODES.EXPIRED[0])).toBe(true);
  });
});

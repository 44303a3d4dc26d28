import { describe, expect, it } from "vitest";

import { Inbox, type Payload } from "../src/index";
import { fixtures } from "./fixtures";

interface Step {
  do: "join" | "leave" | "after" | "stand" | "take" | "replay";
  room: string;
  joined: Payload;
  now: number;
  name: string;
  payload: Payload;
  messages: Payload[];
  whole: boolean;
  gives: unknown;
}

function step(inbox: Inbox, each: Step): unknown {
  switch (each.do) {
    case "join":
      inbox.join(each.room);
      return undefined;
    case "leave":
      inbox.leave(each.room);
      return undefined;
    case "after":
      return inbox.after(each.room);
    case "stand":
      return inbox.stand(each.joined, each.now);
    case "take":
      return inbox.take(each.name, each.payload);
    case "replay":
      return inbox.replay(each.room, each.messages, each.whole);
  }
}

describe("the inbox", () => {
  const cases = fixtures<Step[]>("inbox");

  it.each(cases.map((steps, number) => [number, steps] as const))("agrees with Python's on case %i", (_, steps) => {
    const inbox = new Inbox();
    for (const each of steps) {
      expect(step(inbox, each)).toEqual(each.gives);
    }
  });

  it("does not agree where a step is left out", () => {
    const unequal = cases.filter((steps) => {
      const rest = steps.filter((each) => each.do !== "join");
      const given = rest.map((each) => step(new Inbox(), each));
      return JSON.stringify(given) !== JSON.stringify(rest.map((each) => each.gives));
    });
    expect(unequal.length).toBeGreaterThan(cases.length / 2);
  });
});

import { describe, expect, it } from "vitest";

import type { Message } from "@jupyter-agentchat/core";

import { groups } from "../src/groups";
import { hue, initials, relative } from "../src/names";

const message = (id: string, author: string, reply_to: string | null, kind: "agent" | "user" = "agent"): Message => ({
  id,
  channel: "lab",
  seq: 1,
  author: { id: author, kind, name: author },
  text: "",
  created_at: 0,
  status: "complete",
  reply_to,
});
const ids = (found: Message[][]): string[][] => found.map((group) => group.map((each) => each.id));

describe("groups", () => {
  it("holds different agents' answers to one question together", () => {
    const all = [message("q", "ann", null, "user"), message("a", "eliza", "q"), message("b", "echo", "q"), message("c", "echo", "q")];
    expect(ids(groups(all))).toEqual([["q"], ["a", "b"], ["c"]]);
  });

  it("keeps answers to different questions, and those to none, apart", () => {
    expect(ids(groups([message("a", "eliza", "q"), message("b", "echo", "r")]))).toEqual([["a"], ["b"]]);
    expect(ids(groups([message("a", "eliza", null), message("b", "echo", null)]))).toEqual([["a"], ["b"]]);
    expect(groups([])).toEqual([]);
  });
});

describe("names", () => {
  it("makes one or two letters of any name", () => {
    expect(["Ann Lee", "eliza", "a.b.c", "", "  ", "😀 x", "ß"].map(initials)).toEqual(["AL", "E", "AB", "?", "?", "😀X", "SS"]);
  });

  it("gives an id one hue", () => {
    expect(hue("eliza")).toBe(hue("eliza"));
    expect(new Set(["eliza", "echo", "ann", "bob"].map(hue)).size).toBe(4);
    expect(hue("")).toBeGreaterThanOrEqual(0);
    expect(hue("x")).toBeLessThan(360);
  });

  it("says how long ago", () => {
    const now = 1_800_000_000_000;
    const ago = (ms: number): string => relative((now - ms) * 1000, now);
    expect([0, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999].map(ago)).toEqual(["now", "now", "1 min", "59 min", "1 h", "23 h"]);
    expect(ago(-5000)).toBe("now");
    expect(ago(86_400_000)).toBe(new Date(now - 86_400_000).toLocaleDateString());
  });
});

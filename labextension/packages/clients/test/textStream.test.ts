import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { openAITextStream, TextReader, type StreamSurroundings, type TextUpdate } from "../src/index";
import { fixtures } from "./fixtures";

interface Case {
  bytes: string;
  updates: Record<string, unknown>[];
}

const cases = fixtures<Case>("streams");

function bytesOf(latin1: string): Uint8Array {
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** As Python writes it: without what is not said. */
function bare(update: TextUpdate): Record<string, unknown> {
  const { text, sources, selectedModelId, usage, error, done } = update;
  const said = { text, sources, selected_model_id: selectedModelId, usage, error, done };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null && value !== "" && value !== false));
}

function read(...pieces: Uint8Array[]): TextUpdate[] {
  const reader = new TextReader();
  return [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.finish()];
}

function frame(text: string): string {
  return `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;
}

function around(isHidden: () => boolean): StreamSurroundings & { pauses: number[] } {
  let now = 0;
  const pauses: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    pauses.push(ms);
    return Promise.resolve();
  };
  return { now: () => (now += 1), isHidden, random: () => 0.5, sleep, pauses };
}

async function* pieces<Piece>(...given: Piece[]): AsyncGenerator<Piece> {
  for (const piece of given) {
    yield await Promise.resolve(piece);
  }
}

async function all(stream: AsyncIterable<TextUpdate>): Promise<TextUpdate[]> {
  const found = [];
  for await (const update of stream) {
    found.push(update);
  }
  return found;
}

describe("a streamed text", () => {
  it.each(cases.map((each, number) => [number, each] as const))("agrees with Python's on case %i", (_, each) => {
    expect(read(bytesOf(each.bytes)).map(bare)).toEqual(each.updates);
  });

  it("is the same however its bytes are cut", () => {
    fc.assert(
      fc.property(fc.nat(cases.length - 1), fc.array(fc.nat()), (number, cuts) => {
        const bytes = bytesOf(cases[number]!.bytes);
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
        const cut = places.slice(1).map((place, before) => bytes.slice(places[before], place));
        expect(read(...cut)).toEqual(read(bytes));
      }),
    );
  });

  it("says of a line without end that it is too long", () => {
    const error = new TextReader(10).feed(bytesOf(`data: ${"x".repeat(20)}`))[0]?.error;
    expect(error).toMatchObject({ type: "BUFFER_OVERFLOW" });
  });

  it("is not split unless that is asked for", async () => {
    const world = around(() => false);
    const found = await all(openAITextStream(pieces(bytesOf(frame("a long text"))), false, world));
    expect(found.map((each) => each.text)).toEqual(["a long text", ""]);
    expect(world.pauses).toEqual([]);
  });

  it("is split into parts that share one instant", async () => {
    const world = around(() => false);
    const found = await all(openAITextStream(pieces(new TextEncoder().encode(frame("ab😀 cdefg"))), true, world));
    expect(found.map((each) => each.text)).toEqual(["ab", "😀 ", "cd", "ef", "g", ""]);
    expect(found.map((each) => each.receivedMs)).toEqual([1, 1, 1, 1, 1, 2]);
    expect(world.pauses).toEqual([5, 5, 5, 5]);
  });

  it("is never split in a hidden tab, and no more once it is hidden", async () => {
    const hidden = around(() => true);
    const found = await all(openAITextStream(pieces(bytesOf(frame("a long text"))), true, hidden));
    expect(found[0]?.text).toBe("a long text");
    let asked = 0;
    const later = around(() => (asked += 1) > 2);
    const parts = await all(openAITextStream(pieces(bytesOf(frame("a long text"))), true, later));
    expect(parts.map((each) => each.text)).toEqual(["a ", "lo", "ng text", ""]);
    expect(hidden.pauses).toEqual([]);
  });

  it("is read from lines and from a response's body, which is let go", async () => {
    const lines = pieces(...`${frame("one")}data: [DONE]\n`.split("\n"));
    expect((await all(openAITextStream(lines))).map((each) => each.text)).toEqual(["one", ""]);
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytesOf(`${frame("one")}data: [DONE]\n\n`));
      },
      cancel() {
        isCancelled = true;
      },
    });
    expect((await all(openAITextStream(body))).at(-1)?.done).toBe(true);
    expect(isCancelled).toBe(true);
  });
});

/** `openAITextStream`: Open WebUI's `createOpenAITextStream`, without what falsifies times. */
import { TextReader, type TextUpdate } from "./textReader";

/** Characters from which a delta is split. */
const LARGE = 5;
const LARGEST_PART = 3;
const PAUSE_MS = 5;

/** What a stream asks of the page; tests bring their own. */
export interface StreamSurroundings {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Whether nobody can see the page, where pauses would last for seconds. */
  readonly isHidden: () => boolean;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export type TextSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>;

const PAGE: StreamSurroundings = {
  now: () => performance.now(),
  isHidden: () => typeof document !== "undefined" && document.visibilityState === "hidden",
  random: () => Math.random(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * The updates of a streamed chat completion; the last one is `done`.
 *
 * `source` is a response's body, or bytes in any pieces, or lines as text. With `splitLargeDeltas`
 * deltas of five characters and more are handed on in random parts of one to three, five
 * milliseconds apart, to look like typing; never in a hidden tab, and the instants in `receivedMs`
 * are those of the bytes either way.
 */
export async function* openAITextStream(
  source: TextSource,
  splitLargeDeltas = false,
  around: StreamSurroundings = PAGE,
): AsyncGenerator<TextUpdate, void, undefined> {
  const reader = new TextReader();
  const encoder = new TextEncoder();
  for await (const piece of piecesOf(source)) {
    const received = around.now();
    const bytes = typeof piece === "string" ? encoder.encode(`${piece.replace(/[\r\n]+$/, "")}\n`) : piece;
    for (const update of reader.feed(bytes, received)) {
      yield* partsOf(update, splitLargeDeltas, around);
      if (update.done) {
        return;
      }
    }
  }
  yield* reader.finish(around.now());
}

async function* partsOf(
  update: TextUpdate,
  isSplit: boolean,
  around: StreamSurroundings,
): AsyncGenerator<TextUpdate, void, undefined> {
  const characters = Array.from(update.text);
  let at = 0;
  while (isSplit && characters.length >= LARGE && at < characters.length && !around.isHidden()) {
    if (at > 0) {
      await around.sleep(PAUSE_MS);
    }
    const size = 1 + Math.floor(around.random() * LARGEST_PART);
    yield { ...update, text: characters.slice(at, at + size).join("") };
    at += size;
  }
  if (at === 0 || at < characters.length) {
    yield { ...update, text: characters.slice(at).join("") };
  }
}

/** The pieces of a source; not every browser iterates over a stream. */
async function* piecesOf(source: TextSource): AsyncGenerator<Uint8Array | string, void, undefined> {
  if (!("getReader" in source)) {
    yield* source;
    return;
  }
  const reader = source.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      yield next.value;
    }
  } finally {
    await reader.cancel();
  }
}

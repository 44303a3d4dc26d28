/**
 * A streamed chat completion as text updates, in Open WebUI's order of tests.
 *
 * The twin of `client/openwebui/text_reader.py`; both run the fixtures in `tests/data/clients/`.
 */
import { SseData } from "./sse";

/** One thing that the stream said. */
export interface TextUpdate {
  /** What is new of the answer. */
  readonly text: string;
  /** What it is taken from. */
  readonly sources: unknown[] | null;
  /** Which model answers, where one was chosen for the caller. */
  readonly selectedModelId: string | null;
  /** Token counts, as the endpoint has them. */
  readonly usage: Record<string, unknown> | null;
  /** Why it failed, in the endpoint's own form; ours have `type` and `message`. */
  readonly error: Record<string, unknown> | string | null;
  /** Whether it is the last update. */
  readonly done: boolean;
  /** When its bytes came, by the page's clock; parts of one delta share it. */
  readonly receivedMs: number;
}

type Json = Record<string, unknown>;
type Part = Partial<TextUpdate>;

const NOTHING: TextUpdate = {
  text: "",
  sources: null,
  selectedModelId: null,
  usage: null,
  error: null,
  done: false,
  receivedMs: 0,
};
const SHOWN = 80;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const BROKEN = "The stream ended before it was finished: neither a finish_reason nor [DONE] came.";

/**
 * Bytes in, updates out.
 *
 * Of one frame come, in this order, `[DONE]`, error, sources, model, usage and text, and nothing of
 * it is lost. The last update of `finish` at the latest is `done`, exactly once. Any split of the
 * same bytes gives the same updates, and no input throws.
 */
export class TextReader {
  private readonly events: SseData;
  private high = "";
  private isFinished = false;
  private isClosed = false;

  constructor(maxCharacters?: number) {
    this.events = new SseData(maxCharacters);
  }

  /** What `bytes` completes. */
  feed(bytes: Uint8Array, receivedMs = 0): TextUpdate[] {
    return whole(
      this.read(() => this.events.feed(bytes), false),
      receivedMs,
    );
  }

  /** What the end of the stream means. */
  finish(receivedMs = 0): TextUpdate[] {
    const parts = this.read(() => this.events.finish(), true);
    if (!this.isClosed) {
      parts.push(...(this.isFinished ? this.close() : this.fail("BROKEN", BROKEN)));
    }
    return whole(parts, receivedMs);
  }

  private read(events: () => string[], isEnd: boolean): Part[] {
    const parts: Part[] = [];
    try {
      for (const data of this.isClosed ? [] : events()) {
        parts.push(...this.frame(data.replace(/^[ \t\n]+|[ \t\n]+$/g, ""), isEnd));
      }
    } catch (error) {
      return this.fail("BUFFER_OVERFLOW", error instanceof Error ? error.message : String(error));
    }
    return parts;
  }

  private frame(data: string, isEnd: boolean): Part[] {
    if (data.startsWith("[DONE]") && !this.isClosed) {
      return this.close();
    }
    if (data === "" || this.isClosed) {
      return [];
    }
    const frame = parse(data);
    if (frame === null) {
      // at the end it was cut off in the middle: the connection is to blame
      const shown = Array.from(data).slice(0, SHOWN).join("");
      return isEnd ? [] : this.fail("PARSE_ERROR", `Not a frame of a chat completion: ${shown}`);
    }
    const error = frame["error"];
    if (isObject(error) || (typeof error === "string" && error !== "")) {
      return this.close(error);
    }
    return this.said(frame);
  }

  private said(frame: Json): Part[] {
    const { sources, selected_model_id: model, usage } = frame;
    const parts: Part[] = [];
    if (Array.isArray(sources)) {
      parts.push({ sources: sources as unknown[] });
    }
    if (typeof model === "string") {
      parts.push({ selectedModelId: model });
    }
    if (isObject(usage)) {
      parts.push({ usage });
    }
    const choice: unknown = Array.isArray(frame["choices"]) ? frame["choices"][0] : null;
    if (isObject(choice)) {
      const reason = choice["finish_reason"];
      this.isFinished ||= typeof reason === "string" && reason !== "";
      const text = this.joined(isObject(choice["delta"]) ? choice["delta"]["content"] : null);
      parts.push(...(text === "" ? [] : [{ text }]));
    }
    return parts;
  }

  /** A text whose pairs of surrogates are whole; half of one at its end waits for the other. */
  private joined(content: unknown): string {
    if (typeof content !== "string" || content === "") {
      return "";
    }
    const text = this.high + content;
    this.high = /[\ud800-\udbff]$/.exec(text)?.[0] ?? "";
    return text.slice(0, text.length - this.high.length).replace(LONE, "\ufffd");
  }

  private close(error: Json | string | null = null): Part[] {
    this.isClosed = true;
    return [...(this.high === "" ? [] : [{ text: "\ufffd" }]), { error, done: true }];
  }

  private fail(type: string, message: string): Part[] {
    return this.close({ type, message });
  }
}

function whole(parts: readonly Part[], receivedMs: number): TextUpdate[] {
  return parts.map((part) => ({ ...NOTHING, ...part, receivedMs }));
}

function parse(data: string): Json | null {
  try {
    const frame: unknown = JSON.parse(data);
    return isObject(frame) ? frame : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

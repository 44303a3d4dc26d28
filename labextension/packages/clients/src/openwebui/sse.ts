/** The data of server-sent events (WHATWG HTML, section 9.2), from bytes in any pieces. */

/** Above so many characters a line or the data of an event is a fault. */
export const MAX_CHARACTERS = 16 * 1024 * 1024;

const LINE_END = /\r\n|\r|\n/g;

export class SseData {
  private readonly decoder = new TextDecoder();
  private line = "";
  private isAfterCr = false;
  private data: string[] = [];
  private size = 0;

  constructor(private readonly limit = MAX_CHARACTERS) {}

  /** The data of each event that `bytes` completes; RangeError if something has no end. */
  feed(bytes: Uint8Array): string[] {
    return this.split(this.decoder.decode(bytes, { stream: true }));
  }

  /** The data of the event that the end of the stream completes. */
  finish(): string[] {
    return this.split(`${this.decoder.decode()}\n\n`);
  }

  private split(text: string): string[] {
    const events: string[] = [];
    let start = this.isAfterCr && text.startsWith("\n") ? 1 : 0;
    if (text !== "") {
      this.isAfterCr = text.endsWith("\r");
    }
    LINE_END.lastIndex = start;
    for (let end = LINE_END.exec(text); end; end = LINE_END.exec(text)) {
      this.grow(text.slice(start, end.index));
      start = LINE_END.lastIndex;
      events.push(...this.endLine());
    }
    this.grow(text.slice(start));
    return events;
  }

  private grow(part: string): void {
    this.line += part;
    if (this.line.length + this.size > this.limit) {
      throw new RangeError(`An event of the stream is longer than ${String(this.limit)} characters.`);
    }
  }

  private endLine(): string[] {
    const line = this.line;
    this.line = "";
    if (line === "") {
      const events = this.data.length > 0 ? [this.data.join("\n")] : [];
      this.data = [];
      this.size = 0;
      return events;
    }
    const colon = line.indexOf(":");
    if ((colon < 0 ? line : line.slice(0, colon)) === "data") {
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      this.data.push(value);
      this.size += value.length;
    }
    return [];
  }
}

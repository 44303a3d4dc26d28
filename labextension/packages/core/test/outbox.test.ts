import { beforeEach, describe, expect, it } from "vitest";

import { ChatSession, CommandError, OutboxStore, type AnyCommand, type ConnectionState, type StorageLike, type Transport } from "../src/index";
import { MAX_CHARS, MAX_MESSAGES } from "../src/outbox";

class FakeStorage implements StorageLike {
  readonly items = new Map<string, string>();
  isFull = false;
  get length(): number {
    return this.items.size;
  }
  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.isFull) {
      throw new Error("QuotaExceededError");
    }
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

interface Asked {
  command: Extract<AnyCommand, { op: "send" }>;
  resolve(frame: unknown): void;
  reject(error: Error): void;
}

/** A page: it goes with a reload, the storage stays. */
class Page {
  readonly asked: Asked[] = [];
  heard: (state: ConnectionState) => void = () => undefined;
  welcome: unknown = null;
  readonly session: ChatSession;

  constructor(storage: StorageLike, server = "http://h/", channel = "lab") {
    const transport = {
      subscribe: () => undefined,
      listen: (heard: (state: ConnectionState) => void) => {
        this.heard = heard;
      },
      nowNs: () => 0,
      ask: (command: Asked["command"]) => new Promise((resolve, reject) => this.asked.push({ command, resolve, reject })),
    };
    Object.defineProperty(transport, "welcome", { get: () => this.welcome });
    this.session = new ChatSession(channel, transport as unknown as Transport, newId, new OutboxStore(storage, server));
  }

  connect(user = "ann", seen: string[] = []): this {
    this.welcome = { user: { id: user } };
    this.heard("connected");
    const messages = seen.map((id, n) => ({
      id: `m${String(n)}`, channel: "lab", seq: n, author: { id: user, kind: "user" as const, name: user }, text: "", created_at: 0, status: "complete" as const, client_message_id: id,
    }));
    this.session.snapshot({ channel: { id: "lab", name: "lab" }, messages });
    return this;
  }

  get texts(): string[] {
    return this.asked.map((each) => each.command.text);
  }
}

let ids = 0;
const newId = (): string => `id${String(++ids)}`;
const gone = new CommandError("disconnected", "The server went away.", true);
const soon = (): Promise<void> => Promise.resolve().then(() => undefined).then(() => undefined);

let storage: FakeStorage;

beforeEach(() => {
  ids = 0;
  storage = new FakeStorage();
});

describe("what was not acknowledged", () => {
  it("survives a reload, in its order, under its ids, and is said once", async () => {
    const page = new Page(storage).connect();
    void page.session.send("one");
    void page.session.send("two", ["eliza"]);
    const fresh = new Page(storage);
    expect(fresh.texts).toEqual([]); // nobody knows yet who reads
    fresh.connect();
    expect(fresh.asked.map(({ command }) => [command.client_message_id, command.text, command.agents])).toEqual([
      ["id1", "one", undefined],
      ["id2", "two", ["eliza"]],
    ]);
    expect([...fresh.session.outgoing.values()].map((each) => each.text)).toEqual(["one", "two"]);
    fresh.asked.forEach((each) => { each.resolve({ op: "ack", streams: [] }); });
    await soon();
    expect(storage.items.size).toBe(0);
    expect(new Page(storage).connect().texts).toEqual([]);
  });

  it("is not said again where the log shows that it arrived", () => {
    void new Page(storage).connect().session.send("one");
    const fresh = new Page(storage).connect("ann", ["id1"]);
    expect(fresh.session.outgoing.size).toBe(0);
    expect(storage.items.size).toBe(0);
  });

  it("belongs to its server, its channel and its user", () => {
    void new Page(storage).connect().session.send("secret");
    expect(new Page(storage, "http://other/").connect().texts).toEqual([]);
    expect(new Page(storage, "http://h/", "other").connect().texts).toEqual([]);
    expect(new Page(storage).connect("bob").texts).toEqual([]);
    expect(new Page(storage).connect().texts).toEqual(["secret"]);
  });

  it("waits for the next connection, and is then said once", async () => {
    const page = new Page(storage).connect();
    void page.session.send("one");
    page.asked[0]?.reject(gone);
    await soon();
    expect(page.session.outgoing.get("id1")?.error).toBeNull();
    page.heard("reconnecting");
    page.heard("connected");
    page.heard("connected");
    expect(page.texts).toEqual(["one", "one"]);
    expect(new Set(page.asked.map(({ command }) => command.client_message_id)).size).toBe(1);
  });

  it("is kept even if it was typed before the first welcome", () => {
    const page = new Page(storage);
    void page.session.send("early");
    expect(storage.items.size).toBe(0);
    page.connect();
    expect(new Page(storage).connect().texts).toEqual(["early"]);
  });

  it("is forgotten when the server refused it, or the reader took it back", async () => {
    const page = new Page(storage).connect();
    void page.session.send("one");
    void page.session.send("two");
    page.asked[0]?.reject(new CommandError("message_too_large", "Too large.", false));
    await soon();
    page.session.discard("id2");
    expect(page.session.outgoing.get("id1")?.error).toBe("Too large.");
    expect(storage.items.size).toBe(0);
  });

  it("does not break where the browser has no room, or something else wrote there", () => {
    storage.isFull = true;
    const page = new Page(storage).connect();
    void page.session.send("one");
    expect(page.texts).toEqual(["one"]);
    storage.isFull = false;
    void page.session.send("two");
    for (const key of storage.items.keys()) {
      storage.items.set(key, "{");
    }
    expect(new Page(storage).connect().texts).toEqual([]);
  });
});

describe("a full outbox", () => {
  it("says so, takes no more, and has room again when something went out", async () => {
    const page = new Page(storage).connect();
    for (let n = 0; n < MAX_MESSAGES; n++) {
      void page.session.send(`text ${String(n)}`);
    }
    void page.session.send("too many");
    const refused = [...page.session.outgoing.values()].at(-1);
    expect(refused?.error).toBe(`${String(MAX_MESSAGES)} messages wait to be sent already. This one was not taken: send it when the connection is back.`);
    expect(storage.items.size).toBe(MAX_MESSAGES);
    page.asked[0]?.resolve({ op: "ack", streams: [] });
    page.session.discard("id1");
    await soon();
    void page.session.send("fits again");
    expect(page.texts.at(-1)).toBe("fits again");
  });

  it("counts characters too, but always takes one message", () => {
    const page = new Page(storage).connect();
    void page.session.send("x".repeat(MAX_CHARS + 5));
    void page.session.send("y");
    expect([...page.session.outgoing.values()].map((each) => each.error === null)).toEqual([true, false]);
  });
});

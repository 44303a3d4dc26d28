import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { EventAdapter, SocketIOManager, type ManagerOptions, type Payload, type SocketLike } from "../src/index";

/** What socket.io-client's socket is to a manager; the test is the server. */
class FakeSocket implements SocketLike {
  connected = false;
  recovered = false;
  said: unknown[][] = [];
  private readonly handlers = new Map<string, (told: never) => void>();
  private any: (name: string, ...args: unknown[]) => void = () => undefined;

  constructor(readonly options: Record<string, unknown>) {}

  on(event: string, heard: (told: never) => void): void {
    this.handlers.set(event, heard);
  }

  onAny(heard: (name: string, ...args: unknown[]) => void): void {
    this.any = heard;
  }

  emit(...said: unknown[]): void {
    this.said.push(said);
  }

  connect(): void {
    // the server says when
  }

  disconnect(): void {
    this.connected = false;
  }

  welcome(recovered = false): void {
    this.connected = true;
    this.recovered = recovered;
    this.said = [];
    this.hear("authenticated", { entityId: "given", timestamp: Date.now() });
    this.hear("connection_established", {});
  }

  hear(name: string, payload: Payload): void {
    this.any(name, payload, "r0.1");
  }

  lose(reason = "transport close"): void {
    this.connected = false;
    (this.handlers.get("disconnect") as (reason: string) => void)(reason);
  }

  refuse(message: string): void {
    (this.handlers.get("connect_error") as (error: Error) => void)(new Error(message));
  }
}

let socket: FakeSocket;
let rows: Payload[];

function managed(options: Partial<ManagerOptions> = {}): SocketIOManager {
  const io = (origin: string, given: Record<string, unknown>): FakeSocket => (socket = new FakeSocket({ origin, ...given }));
  const read = (): Promise<Response> => Promise.resolve(Response.json({ data: { messages: rows } }));
  return new SocketIOManager({ io, url: "http://h/base/agentchat/eliza", fetch: read, ...options });
}

function heardOf(manager: EventAdapter, ...names: string[]): Payload[] {
  const heard: Payload[] = [];
  for (const name of names) {
    manager.on(name, (payload) => heard.push(payload));
  }
  return heard;
}

const place = { channelId: "lab", roomId: "lab" };

async function joined(options: Partial<ManagerOptions> = {}): Promise<SocketIOManager> {
  const manager = managed(options);
  const connecting = manager.connect();
  socket.welcome();
  await connecting;
  const joining = manager.joinChannel("lab");
  socket.hear("channel_joined", { ...place, position: "e:1", recovered: false });
  await joining;
  return manager;
}

beforeEach(() => {
  vi.useFakeTimers();
  rows = [];
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a manager", () => {
  it("finds the socket below the server's path, and says who it is at each connection", async () => {
    managed({ token: () => "t", entityId: "ann" });
    expect(socket.options).toMatchObject({ origin: "http://h", path: "/base/agentchat/eliza/socket.io/" });
    const auth = socket.options["auth"] as (take: (auth: Payload) => void) => void;
    expect(await new Promise(auth)).toEqual({ token: "t", apiKey: "t", entityId: "ann" });
  });

  it("is one for a URL and an identity", () => {
    const io = (): FakeSocket => new FakeSocket({});
    const one = SocketIOManager.getInstance({ io, url: "http://h/e", entityId: "a" });
    expect(SocketIOManager.getInstance({ io, url: "http://h/e/", entityId: "a" })).toBe(one);
    expect(SocketIOManager.getInstance({ io, url: "http://h/e/", entityId: "b" })).not.toBe(one);
  });

  it("says why it could not connect", async () => {
    const manager = managed();
    const refused = expect(manager.connect()).rejects.toThrow("not known");
    socket.refuse("this one is not known");
    await refused;
    const silent = expect(managed({ timeoutMs: 5 }).connect()).rejects.toThrow("said nothing");
    await vi.advanceTimersByTimeAsync(5);
    await silent;
  });

  it("hands on what happens in rooms that it joined, and nothing of others", async () => {
    const manager = await joined();
    const heard = heardOf(manager, "messageBroadcast");
    socket.hear("messageBroadcast", { ...place, id: "m", seq: 2 });
    socket.hear("messageBroadcast", { ...place, id: "m", seq: 2 });
    socket.hear("messageBroadcast", { channelId: "other", id: "n", seq: 2 });
    manager.leaveChannel("lab");
    manager.leaveChannel("lab");
    socket.hear("messageBroadcast", { ...place, id: "o", seq: 3 });
    expect(heard.map((each) => each["id"])).toEqual(["m"]);
    expect(socket.said.filter(([name]) => name === "leave")).toHaveLength(1);
  });

  it("joins again after a loss, after what it has read, and not if the server goes on", async () => {
    const manager = await joined();
    socket.hear("messageBroadcast", { ...place, id: "m", seq: 2 });
    socket.lose();
    socket.welcome(true);
    expect(manager.isRecovered).toBe(true);
    expect(socket.said).toEqual([]);
    socket.lose();
    socket.welcome();
    expect(socket.said).toEqual([["message", { type: 1, payload: { ...place, entityId: "given", after: "e:1" } }]]);
  });

  it("reads the history where the server cannot go on", async () => {
    const manager = await joined();
    const heard = heardOf(manager, "messageBroadcast", "missed");
    socket.lose();
    socket.welcome();
    rows = [{ id: "away", content: "away", created_at: Date.now() + 1 }];
    socket.hear("channel_joined", { ...place, position: "f:9", recovered: false });
    socket.hear("messageBroadcast", { ...place, id: "late", text: "late", seq: 10 });
    expect(heard).toEqual([]);
    await vi.runAllTimersAsync();
    expect(heard.map((each) => each["text"])).toEqual(["away", "late"]);
  });

  it("says where the history cannot be read that something is missed", async () => {
    const manager = await joined({ fetch: () => Promise.reject(new TypeError("offline")) });
    const heard = heardOf(manager, "missed");
    socket.lose();
    socket.welcome();
    socket.hear("channel_joined", { ...place, position: "f:9", recovered: false });
    await vi.runAllTimersAsync();
    expect(heard).toEqual([place]);
  });

  it("sends what has no answer again, under its id", async () => {
    const manager = await joined();
    const sending = manager.sendMessage("Hi", "lab", { messageId: "c" });
    const said = socket.said.at(-1);
    expect(said).toEqual(["message", { type: 2, payload: expect.objectContaining({ messageId: "c", senderId: "given" }) as unknown }]);
    socket.lose();
    const later = manager.sendMessage("there", "lab", { messageId: "d" });
    socket.welcome();
    expect(socket.said.slice(-2).map(([, each]) => (each as { payload: Payload }).payload["messageId"])).toEqual(["c", "d"]);
    for (const clientMessageId of ["c", "d", "unknown"]) {
      socket.hear("messageAck", { clientMessageId, messageId: `m-${clientMessageId}` });
    }
    expect([(await sending)["messageId"], (await later)["messageId"]]).toEqual(["m-c", "m-d"]);
  });

  it("rejects with the server's sentence, or when nothing comes", async () => {
    const manager = await joined({ timeoutMs: 5 });
    const refused = expect(manager.sendMessage("Hi", "lab", { messageId: "c" })).rejects.toMatchObject({ code: "invalid", message: "No." });
    socket.hear("messageError", { clientMessageId: "c", channelId: "lab", error: "No.", code: "invalid" });
    await refused;
    const nameless = expect(manager.joinChannel("other")).rejects.toThrow("required");
    socket.hear("messageError", { error: "channelId is required for joining." });
    await nameless;
    const silent = expect(manager.sendMessage("Hi", "lab")).rejects.toThrow("not answered");
    await vi.advanceTimersByTimeAsync(5);
    await silent;
    await expect(manager.sendMessage(" ", "lab")).rejects.toThrow("text");
    const gone = expect(manager.sendMessage("Hi", "lab")).rejects.toThrow("connect again");
    socket.lose("io server disconnect");
    await gone;
  });

  it("subscribes to the log again after a loss", async () => {
    const manager = await joined();
    const heard = heardOf(manager, "logStream");
    await expect(manager.updateLogFilters({ level: "info" })).rejects.toThrow("subscribeLogs");
    const subscribing = manager.subscribeLogs({ agentName: "eliza" });
    socket.hear("log_subscription_confirmed", { subscribed: true });
    await subscribing;
    const updating = manager.updateLogFilters({ level: "info" });
    socket.hear("log_filters_updated", { success: true });
    await updating;
    socket.hear("log_stream", { type: "log_entry", payload: { msg: "m" } });
    expect(heard).toEqual([{ msg: "m" }]);
    socket.lose();
    socket.welcome();
    expect(socket.said.at(-1)).toEqual(["subscribe_logs", { agentName: "eliza", level: "info" }]);
  });
});

describe("an event adapter", () => {
  it("calls in order, once where that was asked, and not after off", () => {
    const adapter = new EventAdapter();
    const heard: string[] = [];
    const first = (): number => heard.push("first");
    adapter.on("x", first);
    adapter.once("x", () => heard.push("once"));
    adapter.emit("x", {});
    adapter.emit("x", {});
    adapter.off("x", first);
    adapter.emit("x", {});
    adapter.on("x", first);
    adapter.off("x");
    adapter.emit("x", {});
    expect(heard).toEqual(["first", "once", "first"]);
  });

  it("lets one handler's failure be its own", () => {
    const adapter = new EventAdapter();
    const complained = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const heard = heardOf(adapter);
    adapter.on("x", () => {
      throw new Error("mine");
    });
    adapter.on("x", (payload) => heard.push(payload));
    adapter.emit("x", { a: 1 });
    expect(heard).toEqual([{ a: 1 }]);
    expect(complained).toHaveBeenCalledOnce();
    complained.mockRestore();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { CommandError, Transport, type AnyEvent } from "../src/index";
import { MAX_PENDING } from "../src/pending";
import { retry, World } from "./world";

const delta = (seq: number): AnyEvent => ({ type: "stream.delta", seq, t: 0, stream: "s", index: seq, text: "x" });

let world: World;
let transport: Transport;
let heard: number[];

const listener = {
  snapshot: (): void => {
    heard.push(-1);
  },
  events: (events: AnyEvent[]): void => {
    heard.push(...events.map((event) => event.seq as number));
  },
  notice: (): void => undefined,
};

const batch = (first: number, last: number): void => {
  const events = Array.from({ length: last - first + 1 }, (_, place) => delta(first + place));
  world.socket.say({ op: "events", channel: "lab", epoch: "e", first, last, events });
};

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
  heard = [];
  transport = new Transport(() => "ws://x", world);
  transport.open();
});

describe("the transport", () => {
  it("says hello first and takes a snapshot with its position", () => {
    transport.subscribe("lab", listener);
    world.welcome();
    expect(world.socket.sent[0]).toMatchObject({ op: "hello", protocol: 1, clock_id: "page" });
    expect(world.socket.said("subscribe")).toEqual([{ op: "subscribe", channel: "lab", after: null }]);
    world.socket.say({ op: "subscribed", channel: "lab", position: "e:4", recovered: false, snapshot: { channel: { id: "lab", name: "lab" }, messages: [] } } as never);
    batch(5, 6);
    expect(heard).toEqual([-1, 5, 6]);
  });

  it("asks for the gap, and drops what it has already", () => {
    transport.subscribe("lab", listener);
    world.welcome();
    world.socket.say({ op: "subscribed", channel: "lab", position: "e:4", recovered: true } as never);
    batch(7, 8);
    expect(heard).toEqual([]);
    expect(world.socket.said("subscribe").at(-1)).toMatchObject({ after: "e:4" });
    batch(5, 5);
    batch(5, 5);
    expect(heard).toEqual([5]);
  });

  it("comes back after a break, resumes where it stood and says again what had no answer", async () => {
    transport.subscribe("lab", listener);
    world.welcome();
    world.socket.say({ op: "subscribed", channel: "lab", position: "e:9", recovered: true } as never);
    const sent = transport.ask({ op: "send", channel: "lab", text: "hi", client_message_id: "k" });
    world.socket.onclose?.({ code: 1006 });
    expect(transport.state).toBe("reconnecting");
    const queued = transport.ask({ op: "send", channel: "lab", text: "later", client_message_id: "l" });
    retry(world);
    world.welcome();
    expect(transport.state).toBe("connected");
    expect(world.socket.said("subscribe")[0]).toMatchObject({ after: "e:9" });
    const again = world.socket.said("send");
    expect(again.map((each) => each.client_message_id)).toEqual(["k", "l"]);
    world.socket.say({ op: "ack", ref: again[0]?.ref, message: "m" } as never);
    world.socket.say({ op: "ack", ref: again[1]?.ref, message: "n" } as never);
    expect(await sent).toMatchObject({ message: "m" });
    expect(await queued).toMatchObject({ message: "n" });
  });

  it("takes no batch twice when a recovery answers late", () => {
    transport.subscribe("lab", listener);
    world.welcome();
    world.socket.say({ op: "subscribed", channel: "lab", position: "e:4", recovered: true } as never);
    batch(7, 8);
    batch(9, 9); // one question is enough
    expect(world.socket.said("subscribe")).toHaveLength(2);
    batch(5, 6);
    world.socket.say({ op: "subscribed", channel: "lab", position: "e:4", recovered: true } as never);
    batch(5, 6);
    batch(7, 9);
    expect(heard).toEqual([5, 6, 7, 8, 9]);
  });

  it("takes a snapshot of another epoch for what it is", () => {
    transport.subscribe("lab", listener);
    world.welcome();
    world.socket.say({ op: "subscribed", channel: "lab", position: "e:90", recovered: true } as never);
    world.socket.onclose?.({ code: 1006 });
    retry(world);
    world.welcome();
    world.socket.say({ op: "subscribed", channel: "lab", position: "f:40", recovered: false, reason: "position ahead of the log", snapshot: { channel: { id: "lab", name: "lab" }, messages: [] } } as never);
    batch(41, 41);
    expect(heard).toEqual([-1, 41]);
  });

  it("refuses more commands than may wait", async () => {
    const asked = Array.from({ length: MAX_PENDING }, () => transport.ask({ op: "cancel", stream: "s" }));
    await expect(transport.ask({ op: "cancel", stream: "s" })).rejects.toMatchObject({ code: "outbox_full", retry: true });
    transport.close();
    expect((await Promise.allSettled(asked)).every((each) => each.status === "rejected")).toBe(true);
  });

  it("does not come back where the code says so", async () => {
    world.welcome();
    const asked = transport.ask({ op: "cancel", stream: "s" });
    world.socket.onclose?.({ code: 4501 });
    await expect(asked).rejects.toThrow("4501");
    expect(transport.state).toBe("disconnected");
    expect(vi.getTimerCount()).toBe(0);
    await expect(transport.ask({ op: "cancel", stream: "s" })).rejects.toThrow("4501");
  });

  it("raises what the server answered, and stays", async () => {
    world.welcome();
    const asked = transport.ask({ op: "cancel", stream: "s" });
    const ref = world.socket.said("cancel")[0]?.ref;
    world.socket.say({ op: "error", ref, code: "stream_not_found", message: "No.", retry: false } as never);
    await expect(asked).rejects.toMatchObject(new CommandError("stream_not_found", "No.", false));
    expect(transport.state).toBe("connected");
  });

  it("stays closed when it was closed", () => {
    world.welcome();
    transport.close();
    expect(transport.state).toBe("disconnected");
    retry(world);
    expect(world.sockets).toHaveLength(1);
  });

  /** Answer the newest ping as a server whose clock is 5 s ahead. */
  async function pong(): Promise<void> {
    const ping = world.socket.said("ping").at(-1) as unknown as { ref: number; t: number };
    const server = ping.t + 5e9;
    world.socket.say({ op: "pong", ref: ping.ref, t: ping.t, received_ns: server, sent_ns: server } as never);
    await vi.advanceTimersByTimeAsync(1);
  }

  interface Told {
    offset_ns?: number;
    uncertainty_ns?: number;
    rtt_ns?: number;
  }

  it("tells the server its clock's offset by the shortest round trip", async () => {
    world.welcome();
    for (let round = 0; round < 5; round++) {
      await pong();
    }
    const told = world.socket.said("ping").at(-1) as unknown as Required<Told>;
    expect(Math.abs(told.offset_ns - 5e9)).toBeLessThanOrEqual(told.uncertainty_ns);
    expect(told.rtt_ns).toBeLessThanOrEqual(1e6);
  });

  it("asks again twice a second, while it has instants to tell", async () => {
    world.welcome();
    for (let round = 0; round < 5; round++) {
      await pong();
    }
    const pings = (): number => world.socket.said("ping").length;
    const before = pings();
    const painted = { op: "painted", channel: "lab", seq: 3, client_ns: 1 } as const;
    transport.tell(painted);
    expect(pings()).toBe(before);
    await vi.advanceTimersByTimeAsync(500);
    expect(pings()).toBe(before);
    transport.tell(painted);
    transport.tell(painted);
    expect(pings()).toBe(before + 1);
    await pong();
    expect(pings()).toBe(before + 2);
    expect((world.socket.said("ping").at(-1) as Told).offset_ns).toBeDefined();
  });

  it("says how finely its clock ticks", () => {
    let reads = 0;
    vi.spyOn(world, "now").mockImplementation(() => (reads++ >> 1) * 0.1);
    world.socket.onopen?.();
    expect(world.socket.said("hello")[0]).toMatchObject({ clock_id: "page", resolution_ns: 100_000 });
  });
});

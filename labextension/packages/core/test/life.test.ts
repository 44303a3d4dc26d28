import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { backoff, comesBack, Transport } from "../src/index";
import { HANDSHAKE_MS } from "../src/transport";
import { ANSWER_MS, AWAKE_MS, SILENCE_MS } from "../src/watch";
import { retry, World } from "./world";

let world: World;
let transport: Transport;

const open = (url = "ws://h/agentchat/ws", maxRetries?: number): void => {
  transport = new Transport(() => url, world, maxRetries);
  transport.open();
};

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the life of a connection", () => {
  it("waits with full jitter, longer each time, and from the start after a success", () => {
    open();
    world.welcome();
    for (let n = 0; n < 8; n++) {
      world.socket.onclose?.({ code: 1006 });
      retry(world);
    }
    const waits = world.waits.filter((ms) => ms !== HANDSHAKE_MS && ms !== SILENCE_MS);
    expect(waits).toEqual([125, 250, 500, 1000, 2000, 4000, 5000, 5000]);
    world.welcome();
    world.waits = [];
    world.socket.onclose?.({ code: 1006 });
    expect(world.waits).toEqual([125]);
  });

  it("gives up after its last try, says why, and begins anew when asked to", async () => {
    const states: string[] = [];
    transport = new Transport(() => "ws://h/agentchat/ws", world, 2);
    transport.listen((state, reason) => states.push(reason === null ? state : `${state}: ${reason}`));
    transport.open();
    world.welcome();
    const asked = transport.ask({ op: "send", channel: "lab", text: "x", client_message_id: "k" });
    for (let n = 0; n < 3; n++) {
      world.socket.onclose?.({ code: 1006 });
      retry(world);
    }
    await expect(asked).rejects.toMatchObject({ code: "disconnected" });
    expect(states).toEqual([
      "connecting",
      "connected",
      "reconnecting",
      "disconnected: The connection was lost and 2 tries to come back failed.",
    ]);
    expect(vi.getTimerCount()).toBe(0);
    transport.open();
    world.welcome();
    expect(transport.state).toBe("connected");
    expect(transport.reason).toBeNull();
  });

  it("learns from a request that the server refuses it, which no WebSocket tells", async () => {
    open("wss://h/deep/agentchat/ws?token=t");
    world.welcome();
    world.socket.onclose?.({ code: 4401 });
    expect(world.probed).toEqual([]); // it comes back first
    world.refuses = true;
    retry(world);
    world.socket.onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(0);
    expect(world.probed).toEqual(["https://h/deep/agentchat/health?token=t"]);
    expect(transport.state).toBe("disconnected");
    expect(transport.reason).toContain("sign in");
  });

  it("gives up a server that does not welcome it, or falls silent", () => {
    open();
    vi.advanceTimersByTime(HANDSHAKE_MS);
    expect(transport.state).toBe("reconnecting");
    retry(world);
    world.welcome();
    vi.advanceTimersByTime(SILENCE_MS + 5);
    expect(transport.state).toBe("connected"); // it was asked, and may answer
    expect(world.socket.said("ping").length).toBeGreaterThan(1);
    vi.advanceTimersByTime(ANSWER_MS);
    expect(transport.state).toBe("reconnecting");
  });

  it("leaves a server alone that speaks, however long", () => {
    open();
    world.welcome();
    for (let n = 0; n < 50; n++) {
      vi.advanceTimersByTime(SILENCE_MS / 2);
      world.socket.say({ op: "presence", channel: "lab", users: [] } as never);
    }
    expect(transport.state).toBe("connected");
    expect(world.sockets).toHaveLength(1);
  });

  it("comes back within two seconds after the machine slept", () => {
    open();
    world.welcome();
    world.woken.forEach((work) => { work(); });
    vi.advanceTimersByTime(AWAKE_MS);
    expect(transport.state).toBe("reconnecting");
    const before = world.sockets.length;
    world.woken.forEach((work) => { work(); });
    expect(world.sockets).toHaveLength(before + 1); // at once, whatever the wait was
    transport.close();
    expect(world.woken).toEqual([]);
  });
});

describe("backing off", () => {
  it("doubles its limit from 0.25 s to 10 s with full jitter", () => {
    expect([0, 1, 2, 5, 6, 60].map((attempt) => backoff(attempt, () => 1))).toEqual([250, 500, 1000, 8000, 10000, 10000]);
    expect(backoff(3, () => 0)).toBe(0);
    expect([1006, 4000, 4499, 4500, 4999].map(comesBack)).toEqual([true, true, true, false, false]);
  });
});

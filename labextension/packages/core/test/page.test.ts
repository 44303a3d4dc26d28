import { describe, expect, it } from "vitest";

import { ChatSession, Pacer, PaintReporter, Timings, type AnyCommand, type AnyEvent, type Change, type Frames, type Transport } from "../src/index";

class FakeFrames implements Frames {
  hidden = false;
  waiting: (() => void)[] = [];
  delayed: [() => void, number][] = [];
  isHidden(): boolean {
    return this.hidden;
  }
  frame(work: () => void): void {
    this.waiting.push(work);
  }
  later(work: () => void, ms: number): () => void {
    this.delayed.push([work, ms]);
    return () => undefined;
  }
  paint(): void {
    this.waiting.splice(0).forEach((work) => { work(); });
    this.delayed.splice(0).forEach(([work]) => { work(); });
  }
}

describe("pacing", () => {
  it("works once per frame, however often it is asked", () => {
    const frames = new FakeFrames();
    let n = 0;
    const pacer = new Pacer(frames, () => { n++; });
    pacer.request();
    pacer.request();
    frames.paint();
    expect(n).toBe(1);
    pacer.request();
    frames.paint();
    expect(n).toBe(2);
  });

  it("works four times a second in a hidden tab, where no frame comes", () => {
    const frames = new FakeFrames();
    frames.hidden = true;
    new Pacer(frames, () => undefined).request();
    expect(frames.waiting).toEqual([]);
    expect(frames.delayed.map(([, ms]) => ms)).toEqual([250]);
  });
});

describe("painting", () => {
  const reporting = (): { told: AnyCommand[]; clock: number; nowNs(): number; tell(command: AnyCommand): void } => ({
    told: [],
    clock: 1e9,
    nowNs() {
      return this.clock;
    },
    tell(command) {
      this.told.push(command);
    },
  });

  it("reports the three instants in order, the paint after the frame", () => {
    const frames = new FakeFrames();
    const transport = reporting();
    new PaintReporter("lab", transport, frames).committed(7, 0.9e9);
    expect(transport.told).toEqual([]);
    transport.clock = 1.02e9;
    frames.paint();
    expect(transport.told).toEqual([{ op: "painted", channel: "lab", seq: 7, client_ns: 0.9e9, dom_ns: 1e9, paint_ns: 1.02e9 }]);
  });

  it("reports at most one chunk in 100 ms", () => {
    const frames = new FakeFrames();
    const transport = reporting();
    const reporter = new PaintReporter("lab", transport, frames);
    for (const seq of [1, 2, 3, 4]) {
      reporter.committed(seq, transport.clock);
      transport.clock += 60e6;
    }
    frames.paint();
    expect(transport.told.map((each) => each.op === "painted" && each.seq)).toEqual([1, 3]);
  });

  it("reports the chunk with which a text begins, however soon it comes", () => {
    const frames = new FakeFrames();
    const transport = reporting();
    const reporter = new PaintReporter("lab", transport, frames);
    const [first, newest] = [{ seq: 2, receivedNs: 5 }, { seq: 3, receivedNs: 5 }];
    reporter.committed(1, transport.clock);
    reporter.shown(newest, [first]);
    frames.paint();
    expect(transport.told.map((each) => each.op === "painted" && each.seq)).toEqual([1, 2]);
  });

  it("marks a hidden tab and claims no paint there", () => {
    const frames = new FakeFrames();
    frames.hidden = true;
    const transport = reporting();
    new PaintReporter("lab", transport, frames).committed(7, 1e9);
    expect(transport.told).toEqual([{ op: "painted", channel: "lab", seq: 7, client_ns: 1e9, dom_ns: 1e9, hidden: true }]);
  });
});

const started = { type: "stream.started", seq: 2, t: 0, stream: "s", message: "m", agent: "eliza" } as const satisfies AnyEvent;
const delta = (seq: number, index: number | [number, number]): AnyEvent => ({ type: "stream.delta", seq, t: 0, stream: "s", index, text: "x" });

describe("timings", () => {
  it("says time to first chunk and chunks a second, merged ones counted whole", () => {
    const timings = new Timings();
    timings.asked("k", 0);
    timings.answered("k", ["s"]);
    timings.take(started, 50e6);
    timings.take(delta(3, 0), 231e6);
    timings.take(delta(4, [1, 10]), 431e6);
    expect(Timings.line(timings.get("s"))).toEqual(["TTFT 231 ms", "50 chunks/s"]);
  });

  it("claims nothing about what it did not see from the start", () => {
    const timings = new Timings();
    timings.take(delta(3, 5), 1);
    expect(Timings.line(timings.get("s"))).toEqual([]);
    expect(Timings.line(undefined)).toEqual([]);
    const other = new Timings();
    other.take(started, 1);
    other.take(delta(3, 0), 2);
    expect(Timings.line(other.get("s"))).toEqual([]);
  });
});

describe("a session", () => {
  const answers: { command: AnyCommand; resolve(frame: unknown): void; reject(error: Error): void }[] = [];
  const transport = {
    subscribe: () => undefined,
    listen: () => () => undefined,
    nowNs: () => 0,
    ask: (command: AnyCommand) => new Promise((resolve, reject) => { answers.push({ command, resolve, reject }); }),
  } as unknown as Transport;
  const open = (): { session: ChatSession; changes: Change[] } => {
    answers.length = 0;
    let n = 0;
    const session = new ChatSession("lab", transport, () => `id${String(++n)}`);
    const changes: Change[] = [];
    session.listen((change) => changes.push(change));
    session.snapshot({ channel: { id: "lab", name: "lab" }, messages: [] });
    return { session, changes };
  };
  const created = (id: string): AnyEvent => ({
    type: "message.created", seq: 1, t: 0,
    message: { id: "q", channel: "lab", seq: 1, author: { id: "u", kind: "user", name: "u" }, text: "hi", created_at: 0, status: "complete", client_message_id: id },
  });

  it("shows what was typed until the log shows it, in whatever order they come", async () => {
    const { session } = open();
    const sent = session.send("hi");
    expect([...session.outgoing.values()].map((each) => each.text)).toEqual(["hi"]);
    session.events([created("id1")], 0);
    expect(session.outgoing.size).toBe(0);
    answers[0]?.resolve({ op: "ack", streams: [] });
    await sent;
    expect(session.outgoing.size).toBe(0);
  });

  it("keeps a refused message with its reason until it is taken back", async () => {
    const { session } = open();
    const sent = session.send("hi");
    answers[0]?.reject(new Error("Too much at once."));
    await sent;
    expect(session.outgoing.get("id1")?.error).toBe("Too much at once.");
    session.discard("id1");
    expect(session.outgoing.size).toBe(0);
  });

  it("tells growth from structure, and the newest chunk", () => {
    const { session, changes } = open();
    session.events([started], 5);
    expect(changes.at(-1)).toMatchObject({ structure: true, chunk: null });
    session.events([delta(3, 0), delta(4, 1)], 9);
    const [first, chunk] = [{ seq: 3, receivedNs: 9 }, { seq: 4, receivedNs: 9 }];
    expect(changes.at(-1)).toEqual({ structure: false, messages: new Set(["m"]), chunk, firsts: [first] });
    session.events([delta(5, 2)], 12);
    expect(changes.at(-1)?.firsts).toEqual([]);
    expect(session.fold?.live.get("s")?.text).toBe("xxx");
  });

  it("stops all that is live", async () => {
    const { session } = open();
    session.events([started, { ...started, seq: 3, stream: "t", message: "n" }], 0);
    const stopped = session.stop();
    expect(answers.map((each) => each.command)).toEqual([{ op: "cancel", stream: "s" }, { op: "cancel", stream: "t" }]);
    answers.forEach((each) => { each.resolve({ op: "ack" }); });
    await stopped;
  });
});

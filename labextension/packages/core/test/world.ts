/** A page whose server, clock and chance are the test's. */
import { vi } from "vitest";

import type { AnyFrame, SocketLike, Surroundings } from "../src/index";

export interface Said {
  op: string;
  ref?: number;
  client_message_id?: string;
}

export class FakeSocket implements SocketLike {
  sent: Said[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(data: string): void {
    this.sent.push(JSON.parse(data) as Said);
  }
  close(): void {
    this.onclose?.({ code: 1000 });
  }
  say(frame: Partial<AnyFrame> & { op: string }): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  said(op: string): Said[] {
    return this.sent.filter((each) => each.op === op);
  }
}

export class World implements Surroundings {
  sockets: FakeSocket[] = [];
  probed: string[] = [];
  refuses = false;
  woken: (() => void)[] = [];
  waits: number[] = [];
  connect(): SocketLike {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }
  now(): number {
    return performance.now();
  }
  random(): number {
    return 0.5;
  }
  later(work: () => void, ms: number): () => void {
    this.waits.push(ms);
    const timer = setTimeout(work, ms);
    return () => {
      clearTimeout(timer);
    };
  }
  id(): string {
    return "page";
  }
  isRefused(url: string): Promise<boolean> {
    this.probed.push(url);
    return Promise.resolve(this.refuses);
  }
  onWake(work: () => void): () => void {
    this.woken.push(work);
    return () => {
      this.woken = this.woken.filter((each) => each !== work);
    };
  }
  get socket(): FakeSocket {
    return this.sockets.at(-1) ?? new FakeSocket();
  }
  welcome(): void {
    this.socket.onopen?.();
    this.socket.say({ op: "welcome", protocol: 1, version: "0", connection: "c", clock_id: "s" } as never);
  }
}

/** Let the wait before the next try pass. */
export function retry(world: World): void {
  const before = world.sockets.length;
  while (world.sockets.length === before && vi.getTimerCount() > 0) {
    vi.advanceTimersToNextTimer();
  }
}

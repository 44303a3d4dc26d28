/** The channels that a connection reads: where each stands, and how a gap is filled. */
import type { AnyCommand, AnyEvent, AnyFrame, EventBatchFrame, Snapshot, SubscribedFrame } from "./protocol";

/** What a reader of a channel hears. */
export interface ChannelListener {
  /** The channel as it is at a position; replaces everything. */
  snapshot(snapshot: Snapshot, reason: string | null): void;
  /** A contiguous batch; `receivedNs` is the page's clock. */
  events(events: AnyEvent[], receivedNs: number): void;
  /** Something ephemeral: presence or typing. */
  notice(frame: AnyFrame): void;
}

interface Room {
  epoch: string;
  seq: number;
  /** Whether the server has been asked where to go on and has not answered. */
  isAsking: boolean;
  readonly listener: ChannelListener;
}

export class Rooms {
  private readonly rooms = new Map<string, Room>();

  /** `tell` says a command over the present connection, if there is one. */
  constructor(private readonly tell: (command: AnyCommand) => void) {}

  /** Read a channel; its position is asked for now, or with the next connection. */
  add(channel: string, listener: ChannelListener, isConnected: boolean): void {
    this.rooms.set(channel, { epoch: "", seq: 0, isAsking: false, listener });
    if (isConnected) {
      this.join(channel);
    }
  }

  remove(channel: string): void {
    if (this.rooms.delete(channel)) {
      this.tell({ op: "unsubscribe", channel });
    }
  }

  /** Go on with every channel over a new connection. */
  joinAll(): void {
    for (const [channel, room] of this.rooms) {
      room.isAsking = false;
      this.join(channel);
    }
  }

  /** Take the answer to a subscription. */
  stand(frame: SubscribedFrame): void {
    const room = this.rooms.get(frame.channel);
    if (!room) {
      return;
    }
    room.isAsking = false;
    const colon = frame.position.lastIndexOf(":");
    const seq = Number(frame.position.slice(colon + 1));
    room.epoch = frame.position.slice(0, colon);
    // what was read since it was asked for is not read twice
    room.seq = frame.recovered ? Math.max(seq, room.seq) : seq;
    if (frame.snapshot) {
      room.listener.snapshot(frame.snapshot, frame.reason ?? null);
    }
  }

  /** Take a batch that follows; ask for what is missing before one that does not. */
  take(frame: EventBatchFrame, receivedNs: number): void {
    const room = this.rooms.get(frame.channel);
    if (!room || frame.last <= room.seq) {
      return;
    }
    if (frame.first !== room.seq + 1) {
      this.join(frame.channel);
      return;
    }
    room.epoch = frame.epoch;
    room.seq = frame.last;
    room.listener.events(frame.events, receivedNs);
  }

  notice(frame: Extract<AnyFrame, { op: "presence" | "typing" }>): void {
    this.rooms.get(frame.channel)?.listener.notice(frame);
  }

  private join(channel: string): void {
    const room = this.rooms.get(channel);
    if (room && !room.isAsking) {
      room.isAsking = true;
      this.tell({ op: "subscribe", channel, after: room.epoch ? `${room.epoch}:${String(room.seq)}` : null });
    }
  }
}

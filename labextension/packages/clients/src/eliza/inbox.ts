/**
 * What a client of ElizaOS's events hands on: of rooms that it joined, once each and in order.
 *
 * The twin of `client/eliza/inbox.py`; both run the fixtures in `tests/data/clients/`.
 */
import type { Payload } from "./eventAdapter";
import { first, Room, type Delivery } from "./room";
import { asBroadcast, createdMs } from "./stored";

export type { Delivery } from "./room";

/** Ids of messages that are remembered. */
export const MAX_IDS = 10_000;
/** Events of one room that wait while it is fetched what was missed. */
export const MAX_HELD = 10_000;
/** Our own event: something of a room is lost here, so read its history. */
export const MISSED = "missed";

const ANSWERS: ReadonlySet<string> = new Set([
  "messageAck",
  "messageError",
  "channel_joined",
  "room_joined",
  "channel_left",
  "room_left",
]);

/**
 * Decides of every event whether it is dropped, held or handed on.
 *
 * However often and wherever the connection breaks, each event of a joined room is handed on once
 * and in the order of its log, if the server lets a client go on after a position. Where it does
 * not, each message is; an answer that was cut off ends with `messageComplete` and `enable_input`.
 */
export class Inbox {
  private readonly byName = new Map<string, Room>();
  private readonly ids = new Set<string>();
  private readonly live = new Map<string, unknown[]>();
  private isLogWrapped = false;

  get rooms(): string[] {
    return [...this.byName.keys()];
  }

  has(room: string): boolean {
    return this.byName.has(room);
  }

  /** Hand on what happens in a room from now on; twice does nothing. */
  join(room: string): void {
    if (!this.byName.has(room)) {
      this.byName.set(room, new Room(room));
    }
  }

  /** Drop what happens in a room from now on. */
  leave(room: string): void {
    this.byName.delete(room);
    this.live.delete(room);
  }

  /** The position after which to join a room again. */
  after(room: string): string | null {
    return this.byName.get(room)?.after ?? null;
  }

  /** The instant before which nothing of a room was missed, in milliseconds. */
  since(room: string): number {
    return this.byName.get(room)?.sinceMs ?? 0;
  }

  /**
   * Take the answer to a join, `channel_joined`. True if it has to be fetched what was missed:
   * `replay` must follow, and holds until then what comes.
   */
  stand(joined: Payload, nowMs: number): boolean {
    const room = this.byName.get(placeOf(joined));
    if (!room) {
      return false;
    }
    const isFirst = room.sinceMs === 0;
    const isRecovered = joined["recovered"] === true;
    room.stand(joined["position"], isRecovered);
    if (isFirst) {
      room.sinceMs = nowMs;
    } else if (!isRecovered) {
      room.held ??= [];
      const live = (joined["live"] ?? []) as Payload[];
      this.live.set(
        room.spelling,
        live.map((each) => each["messageId"]),
      );
      return true;
    }
    return false;
  }

  /** What was missed, then what was held; `isWhole` unless it goes back too short. */
  replay(name: string, messages: readonly Payload[], isWhole: boolean): Delivery[] {
    const room = this.byName.get(name);
    if (!room?.held) {
      return [];
    }
    const held = room.held;
    room.held = null;
    const out = [...this.missedOf(room, messages), ...this.ended(room)];
    if (room.isLossy || !isWhole) {
      room.isLossy = false;
      out.push([MISSED, { channelId: name, roomId: name }]);
    }
    for (const [event, payload] of held) {
      out.push(...this.take(event, payload));
    }
    return out;
  }

  /** What an event of the server's becomes: itself, or nothing. */
  take(name: string, payload: Payload): Delivery[] {
    if (name === "log_stream" || name === "logStream") {
      return this.log(name, payload);
    }
    const inner = name === "message" ? (payload["payload"] ?? payload) : payload;
    if (!isObject(inner) || placeOf(inner) === "" || ANSWERS.has(name)) {
      return [[name, payload]];
    }
    const room = this.byName.get(placeOf(inner));
    if (!room) {
      return [];
    }
    if (!room.held) {
      return this.isNew(room, name, inner) ? [[name, payload]] : [];
    }
    if (room.held.length < MAX_HELD) {
      room.held.push([name, payload]);
    } else {
      room.isLossy = true;
    }
    return [];
  }

  private missedOf(room: Room, messages: readonly Payload[]): Delivery[] {
    const out: Delivery[] = [];
    for (const message of [...messages].sort(byAge)) {
      const at = createdMs(message);
      const isMissed = at >= room.sinceMs || room.isOpen(message["id"]);
      if (isMissed && this.isFirst(room.spelling, message["id"])) {
        out.push(["messageBroadcast", asBroadcast(message, room.spelling)]);
        room.sinceMs = Math.max(room.sinceMs, at);
      }
    }
    return out;
  }

  /** The ends of the answers that the server gives no more. */
  private ended(room: Room): Delivery[] {
    const live = this.live.get(room.spelling) ?? [];
    this.live.delete(room.spelling);
    return room.closeAllBut(live).flatMap((messageId): Delivery[] => {
      const place = { channelId: room.spelling, roomId: room.spelling, messageId, replayed: true };
      return [
        ["messageComplete", place],
        ["controlMessage", { ...place, action: "enable_input", target: "input" }],
      ];
    });
  }

  /** An entry of the server's log once; newer servers send it under both names. */
  private log(name: string, payload: Payload): Delivery[] {
    const entry = payload["payload"];
    if (name === "log_stream" && isObject(entry)) {
      this.isLogWrapped = true;
      return [["logStream", entry]];
    }
    return this.isLogWrapped ? [] : [["logStream", payload]];
  }

  private isNew(room: Room, name: string, inner: Payload): boolean {
    const seq = inner["seq"];
    if (typeof seq === "number" && !room.isNew(name, seq)) {
      return false;
    }
    if (name === "messageStreamChunk") {
      return room.isNewChunk(inner);
    }
    if (name === "messageBroadcast") {
      const isFirst = this.isFirst(room.spelling, inner["id"]);
      room.sinceMs = Math.max(room.sinceMs, createdMs(inner));
      return isFirst || inner["source"] === "agent_action";
    }
    this.follow(room, name, inner);
    return true;
  }

  private follow(room: Room, name: string, inner: Payload): void {
    const message = typeof inner["messageId"] === "string" ? inner["messageId"] : null;
    if (name === "controlMessage" && inner["action"] === "disable_input" && message !== null) {
      room.open(message);
    } else if (name === "messageComplete" || name === "channelCleared") {
      room.close(message);
    } else if (name === "channelDeleted") {
      this.leave(room.spelling);
    }
  }

  private isFirst(room: string, id: unknown): boolean {
    if (id === null || id === undefined) {
      return true;
    }
    const key = JSON.stringify([room, id]);
    if (this.ids.has(key)) {
      return false;
    }
    this.ids.add(key);
    if (this.ids.size > MAX_IDS) {
      this.ids.delete(first(this.ids));
    }
    return true;
  }
}

export function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byAge(one: Payload, other: Payload): number {
  return createdMs(one) - createdMs(other) || numberOf(one["seq"]) - numberOf(other["seq"]);
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** The room that an event is about, as the client spells it; empty if it is about none. */
function placeOf(payload: Payload): string {
  const found = [payload["channelId"], payload["roomId"]];
  return found.find((each): each is string => typeof each === "string" && each !== "") ?? "";
}

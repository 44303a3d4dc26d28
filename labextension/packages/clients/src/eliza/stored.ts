/** Messages as REST shows them, turned into what the socket would have said. */
import type { Payload } from "./eventAdapter";

/** An instant in milliseconds; servers write it as a number or as ISO 8601, 0 if not. */
export function instantMs(value: unknown): number {
  if (typeof value === "number") {
    return Math.trunc(value);
  }
  const parsed = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(parsed) ? 0 : parsed;
}

/** When a message was made, of an event or of a row of the history. */
export function createdMs(message: Payload): number {
  return instantMs(message["created_at"]) || instantMs(message["createdAt"]);
}

/** A row of the history as a `messageBroadcast` that says it is `replayed`. */
export function asBroadcast(message: Payload, room: string): Payload {
  const metadata = (message["metadata"] ?? {}) as Payload;
  const raw = (message["rawMessage"] ?? {}) as Payload;
  const told = {
    id: message["id"],
    senderId: message["authorId"],
    senderName: message["authorDisplayName"] ?? metadata["authorDisplayName"],
    text: message["content"],
    channelId: room,
    roomId: room,
    createdAt: createdMs(message),
    source: message["sourceType"],
    attachments: metadata["attachments"] ?? [],
    metadata,
    clientMessageId: message["sourceId"],
    inReplyTo: message["inReplyToRootMessageId"],
    thought: raw["thought"],
    actions: raw["actions"],
    replayed: true,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null && value !== undefined));
}

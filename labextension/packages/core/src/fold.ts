/**
 * Events folded into what a channel looks like now: the twin of `protocol/fold.py`.
 *
 * Both run the fixtures in `tests/data/fold/`.
 */
import type {
  AnyEvent,
  Channel,
  LiveStream,
  Message,
  MessagePinned,
  MessageReaction,
  Pin,
  Reaction,
  Snapshot,
  StreamCancelled,
  StreamCompleted,
  StreamDelta,
  StreamEmbed,
  StreamFailed,
  StreamFile,
  StreamInterrupted,
  StreamSource,
  StreamStarted,
  StreamStatus,
} from "./protocol";

export type Terminal = StreamCompleted | StreamFailed | StreamCancelled | StreamInterrupted;
type Annotation = StreamStatus | StreamSource | StreamFile | StreamEmbed;

const STATUS = {
  "stream.completed": "complete",
  "stream.failed": "failed",
  "stream.cancelled": "cancelled",
  "stream.interrupted": "interrupted",
} as const;

/** A live stream's text so far, joined only when somebody asks. */
export class Live {
  index: number;
  private parts: string[];
  private thoughts: string[];
  readonly stream: string;
  readonly message: string;
  readonly agent: string;

  constructor(view: LiveStream) {
    this.stream = view.stream;
    this.message = view.message;
    this.agent = view.agent;
    this.index = view.index ?? 0;
    this.parts = [view.text ?? ""];
    this.thoughts = [view.reasoning ?? ""];
  }

  /** Whether it has said nothing yet; no text is joined for it. */
  get isEmpty(): boolean {
    return this.parts.every((part) => part === "");
  }

  get text(): string {
    this.parts = [this.parts.join("")];
    return this.parts[0] ?? "";
  }

  get reasoning(): string {
    this.thoughts = [this.thoughts.join("")];
    return this.thoughts[0] ?? "";
  }

  feed(delta: StreamDelta): void {
    this.index = (typeof delta.index === "number" ? delta.index : delta.index[1]) + 1;
    const kind = delta.kind ?? "text";
    if (kind === "text") {
      this.parts.push(delta.text);
    } else if (kind === "reasoning") {
      this.thoughts.push(delta.text);
    }
  }

  replace(text: string): void {
    this.parts = [text];
  }

  view(): LiveStream {
    const { stream, message, agent, index, text, reasoning } = this;
    return { stream, message, agent, index, text, reasoning };
  }
}

/** A channel as it looks after the events applied so far. */
export class Fold {
  channel: Channel;
  before: number | null;
  readonly messages = new Map<string, Message>();
  readonly live = new Map<string, Live>();
  readonly reads: Record<string, number>;

  constructor(snapshot: Snapshot) {
    this.channel = snapshot.channel;
    this.before = snapshot.before ?? null;
    this.reads = { ...snapshot.reads };
    for (const message of snapshot.messages) {
      this.messages.set(message.id, message);
    }
    for (const view of snapshot.live ?? []) {
      this.live.set(view.stream, new Live(view));
    }
  }

  /** Fold one event in; returns the ids of the messages it changed. */
  apply(event: AnyEvent): string[] {
    switch (event.type) {
      case "stream.delta": {
        const live = this.live.get(event.stream);
        live?.feed(event);
        return live ? [live.message] : [];
      }
      case "message.created":
        this.messages.set(event.message.id, event.message);
        return [event.message.id];
      case "stream.started":
        this.messages.set(event.message, opened(this.channel.id, event));
        this.live.set(event.stream, new Live({ ...event, index: 0 }));
        return [event.message];
      case "channel.updated":
        this.channel = event.channel;
        return [];
      case "channel.cleared": {
        const gone = [...this.messages.keys()];
        this.messages.clear();
        this.live.clear();
        this.before = null;
        return gone;
      }
      case "read":
        this.reads[event.user] = Math.max(event.upto, this.reads[event.user] ?? 0);
        return [];
      default:
        return this.amend(event);
    }
  }

  snapshot(): Snapshot {
    return {
      channel: this.channel,
      messages: [...this.messages.values()],
      live: [...this.live.values()].map((live) => live.view()),
      before: this.before,
      reads: { ...this.reads },
    };
  }

  private amend(event: Amending): string[] {
    let target: string;
    if (
      event.type === "message.updated" ||
      event.type === "message.deleted" ||
      event.type === "message.reaction" ||
      event.type === "message.pinned"
    ) {
      target = event.message;
    } else {
      const live = this.live.get(event.stream);
      if (!live) {
        return [];
      }
      target = live.message;
      if (event.type === "stream.replace") {
        live.replace(event.text);
      } else if (event.type in STATUS) {
        this.live.delete(event.stream);
      }
    }
    const message = this.messages.get(target);
    if (message) {
      this.messages.set(target, amend(message, event));
    }
    return [target];
  }
}

type Amending = Exclude<
  AnyEvent,
  { type: "stream.delta" | "message.created" | "stream.started" | "channel.updated" | "channel.cleared" | "read" }
>;

function opened(channel: string, event: StreamStarted): Message {
  return {
    id: event.message,
    channel,
    seq: typeof event.seq === "number" ? event.seq : event.seq[0],
    author: { id: event.agent, kind: "agent", name: event.agent },
    text: "",
    created_at: event.t,
    status: "streaming",
    ...(event.reply_to ? { reply_to: event.reply_to } : {}),
    ...(event.parent ? { parent: event.parent } : {}),
    stream: event.stream,
  };
}

function amend(message: Message, event: Amending): Message {
  switch (event.type) {
    case "message.updated":
      return { ...message, text: event.text, edited_at: event.t };
    case "message.deleted":
      return { ...message, text: "", deleted: true, attachments: [], annotations: [], pin: null };
    case "message.reaction":
      return { ...message, reactions: react(message.reactions ?? [], event) };
    case "message.pinned":
      return { ...message, pin: pin(event) };
    case "stream.status":
    case "stream.source":
    case "stream.file":
    case "stream.embed":
      return { ...message, annotations: annotate(message.annotations ?? [], event) };
    case "stream.usage":
      return { ...message, usage: event.usage };
    case "stream.replace":
      return message;
    default:
      return ended(message, event);
  }
}

function ended(message: Message, event: Terminal): Message {
  return {
    ...message,
    text: message.deleted ? "" : event.text,
    status: STATUS[event.type],
    usage: event.usage ?? message.usage ?? null,
    error: event.error ?? null,
    reason: event.reason ?? null,
    ...(event.metadata && Object.keys(event.metadata).length > 0 ? { metadata: event.metadata } : {}),
  };
}

function note(event: Annotation): Record<string, unknown> {
  const own = Object.entries(event).filter(([key]) => key !== "seq" && key !== "t" && key !== "stream");
  return Object.fromEntries(own);
}

/** A source with an id takes the place of an earlier one's; everything else is added. */
function annotate(notes: Record<string, unknown>[], event: Annotation): Record<string, unknown>[] {
  const added = note(event);
  const id = event.type === "stream.source" ? (event.source["id"] ?? null) : null;
  const isSame = (each: Record<string, unknown>): boolean =>
    id !== null && (each["source"] as Record<string, unknown> | undefined)?.["id"] === id;
  return notes.some(isSame) ? notes.map((each) => (isSame(each) ? added : each)) : [...notes, added];
}

function pin(event: MessagePinned): Pin | null {
  return event.pinned ? { user: event.user, at: event.t } : null;
}

function react(reactions: Reaction[], event: MessageReaction): Reaction[] {
  const users = new Map(reactions.map((each) => [each.name, each.users]));
  const others = (users.get(event.name) ?? []).filter((user) => user !== event.user);
  users.set(event.name, event.added ? [...others, event.user] : others);
  return [...users].filter(([, who]) => who.length > 0).map(([name, who]) => ({ name, users: who }));
}

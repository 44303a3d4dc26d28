/**
 * All channels of Open WebUI that a user sees: which are open, and what is unread.
 *
 * The twin of `client/openwebui/channels.py`; both run the fixtures in `tests/data/clients/`.
 */
import { ChannelView, type ChannelEvent } from "./channelView";
import type { Row } from "./rows";

/** Ids of messages that are remembered, so that none is counted twice. */
export const MAX_IDS = 10_000;
const NS_PER_MS = 1_000_000;

export interface ListedChannel {
  id: string;
  unread_count?: number;
  last_message_at?: number | null;
  [name: string]: unknown;
}

/**
 * Takes `events:channel` and keeps the open channels and the unread counts. Unread is a message of
 * the channel itself, of somebody else, that is newer than what was read.
 */
export class Channels {
  /** Whether there are channels that the list does not have: read it again, and `install` it. */
  isStale = false;
  private readonly views = new Map<string, ChannelView>();
  private readonly counts = new Map<string, number>();
  private readonly readAt = new Map<string, number>();
  private readonly counted = new Set<string>();

  /** `user` is the id of who looks at it. */
  constructor(private readonly user: string) {}

  /** Take the list of channels, as REST shows it. */
  install(channels: readonly ListedChannel[]): void {
    this.isStale = false;
    this.counts.clear();
    this.readAt.clear();
    for (const channel of channels) {
      this.counts.set(channel.id, channel.unread_count ?? 0);
      // what the count covers already is not counted again
      this.readAt.set(channel.id, channel.last_message_at ?? 0);
    }
  }

  /** The view of a channel, which begins to wait for its first page if it is new. */
  open(id: string): ChannelView {
    let view = this.views.get(id);
    if (!view) {
      view = new ChannelView(id, this.user);
      view.begin();
      this.views.set(id, view);
    }
    return view;
  }

  /** Look at a channel no more. */
  close(id: string): void {
    this.views.delete(id);
  }

  /** How many messages of a channel are unread. */
  unread(id: string): number {
    return this.counts.get(id) ?? 0;
  }

  /** Note that a channel was read at an instant, in nanoseconds of the wall clock. */
  read(id: string, atNs: number): void {
    this.counts.set(id, 0);
    this.readAt.set(id, Math.max(atNs, this.readAt.get(id) ?? 0));
  }

  /** Apply an event, to the list and to the channel if it is open. */
  take(event: ChannelEvent, nowMs: number): void {
    const kind = event.data?.type;
    const data = (event.data?.data ?? {}) as Row;
    const id = String(event.channel_id);
    if (kind === "channel:created") {
      this.isStale = true;
      return;
    }
    if (kind === "last_read_at" && (event.user?.id ?? this.user) === this.user) {
      const at = data["last_read_at"];
      this.read(id, typeof at === "number" ? at : nowMs * NS_PER_MS);
    } else if (kind === "message") {
      this.count(id, data);
    } else if (kind === "message:delete" && this.counted.delete(String(data.id)) && this.isUnread(id, data)) {
      this.counts.set(id, Math.max(this.unread(id) - 1, 0));
    }
    this.views.get(id)?.take(event, nowMs);
  }

  private count(channel: string, message: Row): void {
    const id = String(message.id);
    if (this.counted.has(id) || !this.isUnread(channel, message)) {
      return;
    }
    this.counted.add(id);
    this.counts.set(channel, this.unread(channel) + 1);
    if (this.counted.size > MAX_IDS) {
      for (const oldest of this.counted) {
        this.counted.delete(oldest);
        break;
      }
    }
  }

  private isUnread(channel: string, message: Row): boolean {
    const isReply = (message.parent_id ?? null) !== null;
    const isNew = (message.created_at ?? 0) > (this.readAt.get(channel) ?? 0);
    return isNew && !isReply && message.user_id !== this.user;
  }
}

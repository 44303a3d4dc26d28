/**
 * One channel of Open WebUI as a client shows it: a fold of `events:channel`.
 *
 * The twin of `client/openwebui/channel_view.py`; both run the fixtures in `tests/data/clients/`.
 */
import { MAX_ROWS, Rows, type Row } from "./rows";
import { Typing, type TypingUser } from "./typing";

/** Events that wait for the page that is being read. */
export const MAX_HELD = 1000;

export interface ChannelEvent {
  channel_id?: string;
  message_id?: string | null;
  data?: { type?: string; data?: Record<string, unknown> | null };
  user?: { id?: string; name?: string } | null;
  [name: string]: unknown;
}

/**
 * The messages of a channel, its open threads, and who types.
 *
 * Between `begin` and `install` events wait and are then applied to the page, so that neither is
 * lost and no message is there twice, whichever came first.
 */
export class ChannelView {
  /** Whether too much came while a page was read: read it again. */
  isStale = false;
  private rows: Rows;
  private readonly open = new Map<string, Rows>();
  private readonly typists = new Typing();
  private held: [ChannelEvent, number][] | null = null;

  /** `user` looks at it; of the channel and of each thread `limit` messages are kept. */
  constructor(
    readonly id: string,
    private readonly user: string,
    private readonly limit = MAX_ROWS,
  ) {
    this.rows = new Rows([], limit);
  }

  /** Messages of the channel itself, newest first. */
  get messages(): readonly Row[] {
    return this.rows.rows;
  }

  /** Messages of the open threads by their roots, newest first. */
  get threads(): Record<string, readonly Row[]> {
    return Object.fromEntries([...this.open].map(([parent, { rows }]) => [parent, rows]));
  }

  /** Who else types in the channel, or in a thread. */
  typing(nowMs: number, thread: string | null = null): TypingUser[] {
    return this.typists.now(thread, nowMs);
  }

  /** Let events wait: the newest page is being read. */
  begin(): void {
    this.held ??= [];
    this.isStale = false;
  }

  /** Show a page, and what happened since it was asked for; what is on its way stays. */
  install(messages: readonly Row[]): void {
    const unconfirmed = this.rows.unconfirmed();
    this.rows = new Rows(messages, this.limit);
    for (const row of unconfirmed.reverse()) {
      this.rows.post(row);
    }
    const held = this.held ?? [];
    this.held = null;
    for (const [event, nowMs] of held) {
      this.take(event, nowMs);
    }
  }

  /** Follow a thread from a page of it. */
  openThread(parent: string, messages: readonly Row[]): void {
    this.open.set(parent, new Rows(messages, this.limit));
  }

  /** Follow a thread no more. */
  closeThread(parent: string): void {
    this.open.delete(parent);
  }

  /** Show a message that is being sent; `temp_id` names it until its event comes. */
  post(message: Row): void {
    this.listOf(message)?.post({ ...(message.temp_id ? { id: message.temp_id } : {}), ...message });
  }

  /** Take the server's answer to a post; its event may have come before, or never comes. */
  confirm(message: Row, tempId: string): void {
    this.listOf(message)?.add({ ...message, temp_id: tempId });
  }

  /** Apply an event; one of another channel, or of a type that is not known, is ignored. */
  take(event: ChannelEvent, nowMs: number): void {
    if (event.channel_id !== this.id) {
      return;
    }
    const kind = event.data?.type ?? "";
    const data = event.data?.data ?? {};
    if (kind === "typing") {
      this.type(event, data["typing"] === true, nowMs);
    } else if (this.held === null) {
      this.apply(kind, data);
    } else if (this.held.length < MAX_HELD) {
      this.held.push([event, nowMs]);
    } else {
      this.isStale = true;
    }
  }

  private apply(kind: string, data: Row): void {
    const lists = [this.rows, ...this.open.values()];
    if (kind === "message") {
      this.listOf(data)?.add(data);
      this.typists.stop(data.parent_id ?? null, String(data.user_id));
    } else if (kind === "message:delete") {
      lists.forEach((rows) => {
        rows.remove(data.id);
      });
    } else if (kind === "message:update" || kind === "message:reply" || kind.startsWith("message:reaction:")) {
      lists.forEach((rows) => {
        rows.replace(data);
      });
    }
  }

  private type(event: ChannelEvent, isTyping: boolean, nowMs: number): void {
    const id = String(event.user?.id);
    const thread = event.message_id ?? null;
    if (id === this.user) {
      return;
    }
    if (isTyping) {
      this.typists.say(thread, { id, name: event.user?.name ?? id }, nowMs);
    } else {
      this.typists.stop(thread, id);
    }
  }

  /** The list that a message belongs to, if anybody looks at it. */
  private listOf(message: Row): Rows | undefined {
    const parent = message.parent_id ?? null;
    return parent === null ? this.rows : this.open.get(parent);
  }
}

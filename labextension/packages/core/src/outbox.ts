/**
 * Messages that the server has not acknowledged, kept where a reload of the page leaves them.
 *
 * One entry for each message, so that two panels of one page do not write over each other.
 */

/** What this needs of `sessionStorage`. */
export interface StorageLike {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A message on its way. */
export interface Kept {
  readonly id: string;
  readonly text: string;
  readonly agents?: string[];
  /** Wall clock in microseconds. */
  readonly at: number;
}

/** Messages of one channel that may wait, and their characters. */
export const MAX_MESSAGES = 100;
export const MAX_CHARS = 1_000_000;

export class OutboxStore {
  constructor(
    private readonly storage: StorageLike,
    private readonly server: string,
  ) {}

  /** The messages of a user in a channel, the oldest first. */
  all(user: string, channel: string): Kept[] {
    const prefix = this.key(user, channel, "");
    const found: Kept[] = [];
    for (let index = 0; index < this.storage.length; index++) {
      const key = this.storage.key(index);
      if (key?.startsWith(prefix)) {
        const kept = read(this.storage.getItem(key));
        if (kept) {
          found.push(kept);
        }
      }
    }
    return found.sort((one, other) => one.at - other.at);
  }

  /** Keep a message; where the browser has no room it is kept by the page alone. */
  put(user: string, channel: string, kept: Kept): void {
    try {
      this.storage.setItem(this.key(user, channel, kept.id), JSON.stringify(kept));
    } catch {
      // a quota, or a page that may store nothing
    }
  }

  remove(user: string, channel: string, id: string): void {
    this.storage.removeItem(this.key(user, channel, id));
  }

  private key(user: string, channel: string, id: string): string {
    return ["agentchat", "outbox", this.server, user, channel, id].map(encodeURIComponent).join(":");
  }
}

function read(text: string | null): Kept | null {
  try {
    const value = JSON.parse(text ?? "") as Partial<Kept>;
    const isWhole = typeof value.id === "string" && typeof value.text === "string" && typeof value.at === "number";
    return isWhole ? (value as Kept) : null;
  } catch {
    return null;
  }
}

/** Who types, until they have not said so for five seconds. */
export const TYPING_MS = 5000;
export const MAX_TYPING = 100;

export interface TypingUser {
  id: string;
  name: string;
}

interface Typist extends TypingUser {
  readonly thread: string | null;
  readonly until: number;
}

/** The people who type in one channel and its threads. */
export class Typing {
  private typists: Typist[] = [];

  /** Note that somebody types; a thread is named by its root's id. */
  say(thread: string | null, user: TypingUser, nowMs: number): void {
    this.stop(thread, user.id);
    this.typists.push({ ...user, thread, until: nowMs + TYPING_MS });
    this.typists = this.typists.slice(-MAX_TYPING);
  }

  /** Note that somebody has stopped, or sent it. */
  stop(thread: string | null, user: string): void {
    this.typists = this.typists.filter((each) => each.thread !== thread || each.id !== user);
  }

  /** Who types at an instant, in the order in which they last said so. */
  now(thread: string | null, nowMs: number): TypingUser[] {
    return this.typists
      .filter((each) => each.thread === thread && each.until > nowMs)
      .map(({ id, name }) => ({ id, name }));
  }
}

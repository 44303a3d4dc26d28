/**
 * The states of a connection as one table, and how long to wait before the next try.
 *
 * `disconnected → connecting → connected → reconnecting`; the Python client runs the same.
 */
export type ConnectionState = "disconnected" | "connecting" | "connected" | "reconnecting";

export type ConnectionMove = "open" | "opened" | "lost" | "refused" | "close";

export const TRANSITIONS: Record<ConnectionState, Partial<Record<ConnectionMove, ConnectionState>>> = {
  disconnected: { open: "connecting" },
  connecting: { opened: "connected", lost: "reconnecting", refused: "disconnected", close: "disconnected" },
  connected: { lost: "reconnecting", refused: "disconnected", close: "disconnected" },
  reconnecting: { opened: "connected", lost: "reconnecting", refused: "disconnected", close: "disconnected" },
};

/** The state after `move`; an illegal move leaves it as it is. */
export function step(state: ConnectionState, move: ConnectionMove): ConnectionState {
  return TRANSITIONS[state][move] ?? state;
}

export const FIRST_DELAY_MS = 250;
export const LONGEST_DELAY_MS = 10_000;

/** Full jitter: a random part of a limit that doubles from 0.25 s to 10 s. */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
}

/** Whether a close code says to come back (4500–4999 do not). */
export function comesBack(code: number): boolean {
  return code < 4500 || code > 4999;
}

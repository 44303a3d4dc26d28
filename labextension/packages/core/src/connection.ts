/** How a connection moves, and how long it waits before the next try; the table is generated. */
import { FIRST_DELAY_MS, LONGEST_DELAY_MS, STAY_AWAY, TRANSITIONS, type ConnectionMove, type ConnectionState } from "./states";

/** The state after `move`; an illegal move throws. */
export function step(state: ConnectionState, move: ConnectionMove): ConnectionState {
  const next = TRANSITIONS[state][move];
  if (next === undefined) {
    const allowed = Object.keys(TRANSITIONS[state]).join(", ");
    throw new Error(`A connection that is ${state} cannot move by ${move}; it allows ${allowed}.`);
  }
  return next;
}

/** Full jitter: a random part of a limit that doubles from 0.25 s to 10 s. */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
}

/** Whether a close code says to come back. */
export function comesBack(code: number): boolean {
  return code < STAY_AWAY[0] || code >= STAY_AWAY[1];
}

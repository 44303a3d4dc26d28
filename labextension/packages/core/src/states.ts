// Generated from jupyter_agentchat/protocol by `python -m docs.generate`; do not edit.

export type ConnectionState = "disconnected" | "connecting" | "connected" | "reconnecting";

export type ConnectionMove = "open" | "opened" | "lost" | "refused" | "exhausted" | "close";

type Moves = Partial<Record<ConnectionMove, ConnectionState>>;

export const TRANSITIONS: Record<ConnectionState, Moves> = {
  disconnected: { open: "connecting" },
  connecting: { opened: "connected", lost: "reconnecting", exhausted: "disconnected", refused: "disconnected", close: "disconnected" },
  connected: { lost: "reconnecting", refused: "disconnected", close: "disconnected" },
  reconnecting: { opened: "connected", lost: "reconnecting", exhausted: "disconnected", refused: "disconnected", close: "disconnected" },
};

export const FIRST_DELAY_MS = 250;
export const LONGEST_DELAY_MS = 10000;

/** Close codes after which connecting again would fail in the same way: from, to (exclusive). */
export const STAY_AWAY = [4500, 5000] as const;

/** The close codes of the server, with their sentences. */
export const CLOSE_CODES = {
  INTERNAL: [4000, "The server failed; resume where you were."],
  STOPPING: [4001, "The server is stopping; resume when it is back."],
  TOO_SLOW: [4008, "The client read too slowly; resume where you were."],
  EXPIRED: [4401, "Your credential is no longer valid; come back with a fresh one."],
  UNSUPPORTED_PROTOCOL: [4500, "The server does not speak this version of the protocol."],
  FORBIDDEN: [4503, "You may no longer read here."],
} as const;

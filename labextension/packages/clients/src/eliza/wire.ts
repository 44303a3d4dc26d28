/** What a manager needs of socket.io-client: its `io` is given from outside. */
import type { Payload } from "./eventAdapter";

export interface SocketLike {
  readonly connected: boolean;
  /** Whether the server went on with the same session. */
  readonly recovered?: boolean;
  on(event: "connect" | "disconnect" | "connect_error", heard: (told: never) => void): unknown;
  onAny(heard: (name: string, ...args: unknown[]) => void): unknown;
  emit(name: string, ...args: unknown[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

/** socket.io-client's `io`, 4.5 or later. */
export type Connect = (origin: string, options: Record<string, unknown>) => SocketLike;

export interface Hearing {
  heard(name: string, payload: Payload): void;
  lost(reason: string): void;
  refused(message: string): void;
}

/** A reason after which socket.io-client does not come back by itself. */
export const FINAL: ReadonlySet<string> = new Set(["io server disconnect", "io client disconnect"]);

/** A socket that speaks as somebody to the server at `url`; it is not connected yet. */
export function socketOf(
  io: Connect,
  url: string,
  auth: () => Promise<Payload>,
  hearing: Hearing,
  options: Record<string, unknown>,
): SocketLike {
  const { origin, pathname } = new URL(url);
  const socket = io(origin, {
    ...options,
    path: `${pathname}socket.io/`,
    autoConnect: false,
    forceNew: true,
    auth: (take: (auth: Payload) => void) => {
      auth().then(take, (error: unknown) => {
        hearing.refused(String(error));
      });
    },
  });
  socket.onAny((name, payload) => {
    if (typeof payload === "object" && payload !== null) {
      hearing.heard(name, payload as Payload);
    }
  });
  socket.on("disconnect", (reason: string) => {
    hearing.lost(reason);
  });
  socket.on("connect_error", (error: Error) => {
    hearing.refused(error.message);
  });
  return socket;
}

/** Types, fold, transport and pacing. No framework, no page. */
export * from "./protocol";
export { Fold, Live, type Terminal } from "./fold";
export { backoff, comesBack, step } from "./connection";
export { CLOSE_CODES, TRANSITIONS, type ConnectionState, type ConnectionMove } from "./states";
export { CommandError } from "./pending";
export { OutboxStore, type Kept, type StorageLike } from "./outbox";
export { browser, type SocketLike, type Surroundings } from "./surroundings";
export type { ChannelListener } from "./rooms";
export { Transport } from "./transport";
export { VERSION } from "./version";
export { estimate, type Offset, type Sample } from "./offset";
export { smallestStep } from "./resolution";
export { PaintReporter } from "./painting";
export { Pacer, type Frames } from "./pacing";
export { ChatSession, unchanged, type Change, type Outgoing } from "./session";
export { Timings, type Timing } from "./timings";

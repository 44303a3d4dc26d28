/** Types, fold, transport and pacing. No framework, no page. */
export * from "./protocol";
export { Fold, Live, type Terminal } from "./fold";
export { backoff, comesBack, step, TRANSITIONS, type ConnectionState, type ConnectionMove } from "./connection";
export { browser, type SocketLike, type Surroundings } from "./surroundings";
export { CommandError, Transport, type ChannelListener } from "./transport";
export { VERSION } from "./version";
export { PaintReporter } from "./painting";
export { Pacer, type Frames } from "./pacing";
export { ChatSession, type Change, type Outgoing } from "./session";
export { Timings, type Timing } from "./timings";

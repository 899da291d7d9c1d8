export { ClientConnection } from "./client-connection.js";
export type {
  ClientEvent,
  Content,
  End,
  GoAway,
  Pong,
  Reset,
  ServerEvent,
  Settings,
  Window,
} from "./events.js";
export { FrameDecoder } from "./frame-decoder.js";
export type { FrameDecoderOptions, FrameEvent, PrefaceEvent } from "./frame-decoder.js";
export { errorName, frameName } from "./frame-types.js";
export type { Informational, RequestHead, ResponseHead, Trailers } from "./heads.js";
export { limits } from "./limits.js";
export type { Http2LimitName, Http2Limits } from "./limits.js";
export type { Http2Options } from "./options.js";
export type { OutgoingContent, OutgoingRequest, OutgoingResponse } from "./outgoing.js";
export { PREFACE } from "./preface.js";
export { ServerConnection } from "./server-connection.js";
export type { WholeResponse } from "./server-connection.js";
export type { ConnectionState } from "./session.js";
export { isViolation, violations } from "./violations.js";
export type { Http2Code, Http2Reply, Http2Violation } from "./violations.js";

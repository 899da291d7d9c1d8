export { ClientConnection } from "./client-connection.js";
export { encodeRequestHead, encodeResponseHead } from "./encode.js";
export type { OutgoingContent, OutgoingRequest, OutgoingResponse } from "./encode.js";
export type {
  ClientEvent,
  Content,
  End,
  Framing,
  HttpVersion,
  Informational,
  RequestEvent,
  RequestHead,
  ResponseEvent,
  ResponseHead,
  ServerEvent,
  TargetForm,
  Trailers,
  Tunnel,
} from "./events.js";
export { limits } from "./limits.js";
export type { Http1LimitName, Http1Limits } from "./limits.js";
export type { Http1Options } from "./options.js";
export { RequestDecoder } from "./request-decoder.js";
export { ResponseDecoder } from "./response-decoder.js";
export { ServerConnection } from "./server-connection.js";
export type { ClientState, ServerState } from "./states.js";
export { isViolation, violations } from "./violations.js";
export type { Http1Code, Http1Reply, Http1Violation } from "./violations.js";

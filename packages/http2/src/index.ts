export type { Informational, RequestHead, ResponseHead, Trailers } from "./heads.js";
export { limits } from "./limits.js";
export type { Http2LimitName, Http2Limits } from "./limits.js";
export type { OutgoingContent, OutgoingRequest, OutgoingResponse } from "./outgoing.js";

export { limits } from "./limits.js";
export type { Http2LimitName, Http2Limits } from "./limits.js";

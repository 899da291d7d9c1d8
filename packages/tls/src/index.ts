export { limits } from "./limits.js";
export type { TlsLimitName, TlsLimits } from "./limits.js";

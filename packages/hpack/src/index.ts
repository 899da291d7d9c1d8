export { limits } from "./limits.js";
export type { HpackLimitName, HpackLimits } from "./limits.js";

export { nodeHost } from "./node-host.js";
export type { NodeHostOptions } from "./node-host.js";

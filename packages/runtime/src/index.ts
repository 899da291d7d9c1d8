export type { Access, Host, PendingOp, TimerHandle } from "./host.js";

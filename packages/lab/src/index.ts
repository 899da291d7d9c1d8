export type { PendingOp } from "@wirewall/runtime";

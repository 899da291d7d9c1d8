export type { Host } from "@wirewall/runtime";

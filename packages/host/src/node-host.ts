// The runtime on Node: its turns of the event loop, and the system's entropy.

import type { Host } from "@wirewall/runtime";
import type { TraceSink } from "@wirewall/trace";
import { randomFillSync } from "node:crypto";
import { getHeapStatistics } from "node:v8";
import { liveClock } from "./live-clock.js";

export interface NodeHostOptions {
  readonly trace?: TraceSink;
}

export function nodeHost(options: NodeHostOptions = {}): Host {
  return {
    ...liveClock,
    fillRandom(bytes) {
      randomFillSync(bytes);
    },
    heapBytes: () => getHeapStatistics().used_heap_size,
    macrotask(task) {
      setImmediate(task);
    },
    ...options,
  };
}

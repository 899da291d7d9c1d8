// The runtime on Node: the monotonic clock, one timer, the system's entropy.

import type { Host, Micros, TimerHandle } from "@wirewall/runtime";
import type { TraceSink } from "@wirewall/trace";
import { randomFillSync } from "node:crypto";

export interface NodeHostOptions {
  readonly trace?: TraceSink;
}

class NodeTimer {
  readonly timeout: NodeJS.Timeout;

  constructor(timeout: NodeJS.Timeout) {
    this.timeout = timeout;
  }
}

/** A turn of its queue costs less than queueMicrotask, which keeps track of who asked. */
const settled = Promise.resolve();

/** Longest wait that setTimeout takes; the runtime sets its timer again when it fires early. */
const LONGEST_MS = 2_147_483_647;

export function nodeHost(options: NodeHostOptions = {}): Host {
  const now = (): Micros => Math.round(performance.now() * 1_000);
  return {
    now,
    wallTime: () => Date.now(),
    setTimer(at, fire) {
      const ms = Math.min(LONGEST_MS, Math.max(0, Math.ceil((at - now()) / 1_000)));
      return new NodeTimer(setTimeout(fire, ms)) as unknown as TimerHandle;
    },
    clearTimer(handle) {
      clearTimeout((handle as unknown as NodeTimer).timeout);
    },
    fillRandom(bytes) {
      randomFillSync(bytes);
    },
    microtask: (task) => {
      void settled.then(task);
    },
    macrotask: (task) => {
      setImmediate(task);
    },
    ...options,
  };
}

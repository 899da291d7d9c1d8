// A host with the queues of the platform and a clock that stands: what is scheduled runs, and no timer
// ever fires.

import type { Host, TimerHandle } from "@wirewall/runtime";
import type { TraceSink } from "@wirewall/trace";

export function liveHost(trace: TraceSink): Host {
  return {
    now: () => 0,
    wallTime: () => 0,
    setTimer: () => ({}) as TimerHandle,
    clearTimer: () => {},
    fillRandom: (bytes) => void bytes.fill(7),
    microtask: queueMicrotask,
    macrotask: (task) => void setImmediate(task),
    trace,
  };
}

/** Until nothing more happens. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

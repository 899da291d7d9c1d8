// What Node and browsers have alike: the monotonic clock, timers, and the queue of microtasks.

import type { Host, Micros, TimerHandle } from "@wirewall/runtime";

/** Longest wait that setTimeout takes; the runtime sets its timer again when it fires early. */
const LONGEST_MS = 2_147_483_647;

/** A turn of its queue costs less than queueMicrotask, which keeps track of who asked. */
const settled = Promise.resolve();

export const liveClock: Pick<Host, "now" | "wallTime" | "setTimer" | "clearTimer" | "microtask"> = {
  now,
  wallTime: () => Date.now(),
  setTimer(at, fire) {
    const ms = Math.min(LONGEST_MS, Math.max(0, Math.ceil((at - now()) / 1_000)));
    return { timeout: setTimeout(fire, ms) } as unknown as TimerHandle;
  },
  clearTimer(handle) {
    clearTimeout((handle as unknown as { timeout: ReturnType<typeof setTimeout> }).timeout);
  },
  microtask(task) {
    void settled.then(task);
  },
};

function now(): Micros {
  return Math.round(performance.now() * 1_000);
}

// A host in standing time: timers fire when the test says how late it is.

import type { Host, TimerHandle } from "@wirewall/runtime";
import type { TraceEvent } from "@wirewall/trace";

export interface VirtualHost extends Host {
  readonly events: TraceEvent[];
  /** What it says of its heap; where nothing is set, it does not know. */
  heap: number | undefined;
  /** Timers that are set and have not fired. */
  readonly timerCount: number;
  /** Lets so many milliseconds pass, and all that comes of it happen. */
  pass(ms: number): Promise<void>;
}

export function virtualHost(): VirtualHost {
  let now = 0;
  let order = 0;
  const timers = new Map<number, { at: number; fire: () => void }>();
  const events: TraceEvent[] = [];
  return {
    events,
    heap: undefined,
    get timerCount() {
      return timers.size;
    },
    heapBytes(this: VirtualHost) {
      return this.heap as number;
    },
    now: () => now,
    wallTime: () => 0,
    setTimer(at, fire) {
      timers.set(++order, { at, fire });
      return order as unknown as TimerHandle;
    },
    clearTimer(handle) {
      timers.delete(handle as unknown as number);
    },
    fillRandom: (bytes) => void bytes.fill(7),
    microtask: queueMicrotask,
    macrotask: (task) => {
      setImmediate(task);
    },
    trace: { event: (event) => void events.push(event) },
    async pass(ms) {
      const end = now + ms * 1_000;
      for (;;) {
        await settle();
        const [first] = [...timers]
          .filter(([, { at }]) => at <= end)
          .sort(([, a], [, b]) => a.at - b.at);
        if (first === undefined) break;
        timers.delete(first[0]);
        now = Math.max(now, first[1].at);
        first[1].fire();
      }
      now = end;
      await settle();
    },
  };
}

/** Until nothing happens without time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

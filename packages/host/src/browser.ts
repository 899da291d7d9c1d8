// The runtime in a browser, and wherever else there is a MessageChannel: its clock, one timer, its entropy.

import type { Host, Micros, TimerHandle } from "@wirewall/runtime";
import type { TraceSink } from "@wirewall/trace";

export interface BrowserHostOptions {
  readonly trace?: TraceSink;
}

const LONGEST_MS = 2_147_483_647;
/** So much, and no more, getRandomValues gives at once. */
const ENTROPY_BYTES = 65_536;

const settled = Promise.resolve();

export function browserHost(options: BrowserHostOptions = {}): Host {
  const now = (): Micros => Math.round(performance.now() * 1_000);
  const turns: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  (port1 as unknown as EventTarget).addEventListener("message", () => turns.shift()?.());
  port1.start();
  return {
    now,
    wallTime: () => Date.now(),
    setTimer(at, fire) {
      const ms = Math.min(LONGEST_MS, Math.max(0, Math.ceil((at - now()) / 1_000)));
      return { timeout: setTimeout(fire, ms) } as unknown as TimerHandle;
    },
    clearTimer(handle) {
      clearTimeout((handle as unknown as { timeout: ReturnType<typeof setTimeout> }).timeout);
    },
    fillRandom(bytes) {
      for (let at = 0; at < bytes.length; at += ENTROPY_BYTES)
        crypto.getRandomValues(bytes.subarray(at, at + ENTROPY_BYTES));
    },
    microtask: (task) => {
      void settled.then(task);
    },
    /** A message comes after input and drawing, and is not slowed down as nested timers are. */
    macrotask: (task) => {
      turns.push(task);
      port2.postMessage(undefined);
    },
    ...options,
  };
}

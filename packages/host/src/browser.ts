// The runtime in a browser, and wherever else there is a MessageChannel.

import type { Host } from "@wirewall/runtime";
import type { TraceSink } from "@wirewall/trace";
import { liveClock } from "./live-clock.js";

export interface BrowserHostOptions {
  readonly trace?: TraceSink;
}

/** So much, and no more, getRandomValues gives at once. */
const ENTROPY_BYTES = 65_536;

export function browserHost(options: BrowserHostOptions = {}): Host {
  const turns: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  (port1 as unknown as EventTarget).addEventListener("message", () => turns.shift()?.());
  port1.start();
  return {
    ...liveClock,
    fillRandom(bytes) {
      for (let at = 0; at < bytes.length; at += ENTROPY_BYTES)
        crypto.getRandomValues(bytes.subarray(at, at + ENTROPY_BYTES));
    },
    /** A message comes after input and drawing, and is not slowed down as nested timers are. */
    macrotask(task) {
      turns.push(task);
      port2.postMessage(undefined);
    },
    ...options,
  };
}

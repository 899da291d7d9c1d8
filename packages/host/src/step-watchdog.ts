// Ends a step of the lab that does not return: another thread watches a number that each step changes, looks
// where a step is that has stayed, and stops what runs there. What is stopped so runs no `finally`.

import { url as inspectorUrl } from "node:inspector";
import { isMainThread, Worker } from "node:worker_threads";
import { WATCHER } from "./step-watcher.js";

/** What the lab takes as `watchdog`. */
export interface StepWatchdog {
  /** A step begins; `stuck` is told the lines in which it was, the innermost first, after it was stopped. */
  enter(stuck: (lines: readonly string[]) => void): void;
  leave(): void;
  /** One turn of the event loop, which does not come while promises keep it busy: still within the step. */
  turn(): Promise<void>;
  /** Ends the other thread. */
  close(): Promise<void>;
}

export interface StepWatchdogOptions {
  /** Milliseconds that a step may take; at least that and at most half as much again. 5,000 if absent. */
  readonly stuckStepMs?: number;
}

const STUCK_STEP_MS = 5_000;
const MOST_MS = 3_600_000;

/**
 * It watches the main thread, and holds no process open but for the time of a step. Where a debugger is attached it watches nothing: a
 * step at a breakpoint takes its time.
 *
 * @throws RangeError for a time that is none; Error in a thread that is not the main one.
 */
export function stepWatchdog(options: StepWatchdogOptions = {}): StepWatchdog {
  const { stuckStepMs = STUCK_STEP_MS } = options;
  if (!Number.isInteger(stuckStepMs) || stuckStepMs < 10 || stuckStepMs > MOST_MS)
    throw new RangeError(`stuckStepMs: expected a whole number from 10 to ${MOST_MS}`);
  if (!isMainThread) throw new Error("stepWatchdog: only the main thread of a process is watched");
  /** The number of the step, odd within it; and that of the last that was stopped. */
  const step = new Int32Array(new SharedArrayBuffer(8));
  step[1] = -1;
  let told: (lines: readonly string[]) => void = () => {};
  let isWatched = false;
  const watcher = new Worker(WATCHER, { eval: true, workerData: { step, stuckStepMs } });
  watcher.on("message", (lines: readonly string[]) => {
    told(lines);
  });
  watcher.unref();
  return {
    enter(stuck) {
      isWatched = inspectorUrl() === undefined;
      if (!isWatched) return;
      told = stuck;
      // What it says has to be heard, also where nothing else keeps the process.
      watcher.ref();
      Atomics.add(step, 0, 1);
    },
    leave() {
      if (!isWatched) return;
      told = () => {};
      watcher.unref();
      Atomics.add(step, 0, 1);
    },
    turn: () =>
      new Promise((resolve) => {
        // Of a step that was stopped the message tells, which may come later than this turn.
        later(() => {
          if (Atomics.load(step, 0) !== Atomics.load(step, 1)) resolve();
        });
      }),
    async close() {
      await watcher.terminate();
    },
  };
}

/** Also while the guard of the lab has another one in its place. */
const later = setImmediate;

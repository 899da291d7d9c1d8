// Where a program awaits something that nobody will settle: a stack is kept for each promise that is made
// within a step, and what is left when the step does not end are the lines.

import { promiseHooks } from "node:v8";

/** What the lab takes as `awaits`. */
export interface AwaitTracer {
  /** Begins to look; what it returns ends that, and says the lines, the innermost first. */
  begin(): () => readonly string[];
}

const MOST_LINES = 16;
const MOST_FRAMES = 40;
/** Frames of this file, of what calls it, and of the language itself. */
const HOOK = /node:|\(<anonymous>\)|[\\/](?:@wirewall|packages)[\\/]host[\\/](?:src|dist)[\\/]/;
/** Frames of the runtime and of the lab, whose own promises are no concern of the program. */
const OURS = /[\\/](?:@wirewall|packages)[\\/](?:runtime|lab)[\\/](?:src|dist)[\\/]/;

/** It makes every promise slow, so that it is only asked where something went wrong. */
export function awaitTracer(): AwaitTracer {
  return {
    begin() {
      const open = new Map<Promise<unknown>, string>();
      const stop = promiseHooks.createHook({
        init: (promise) => {
          const line = lineOf();
          if (line !== undefined) open.set(promise, line);
        },
        settled: (promise) => void open.delete(promise),
      });
      return () => {
        stop();
        return [...new Set(open.values())].slice(0, MOST_LINES);
      };
    },
  };
}

/** Where the promise was made, if that is in the program itself. */
function lineOf(): string | undefined {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = MOST_FRAMES;
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = before;
  const innermost = frames.find((frame) => !HOOK.test(frame));
  return innermost === undefined || OURS.test(innermost) ? undefined : innermost.trim();
}

// Ends code that does not come back. Only V8 itself can stop a loop that never yields.

import { runInThisContext } from "node:vm";

let current: (() => void) | undefined;
const NAME = "__wirewallLawsWatched";

/** Runs the function; "hangs" if it takes longer than that and had to be stopped. */
export function withinTime(milliseconds: number, run: () => void): "ended" | "hangs" {
  const before = current;
  current = run;
  Reflect.set(globalThis, NAME, () => current?.());
  try {
    runInThisContext(`${NAME}()`, { timeout: milliseconds });
    return "ended";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      return "hangs";
    throw error;
  } finally {
    current = before;
    Reflect.deleteProperty(globalThis, NAME);
  }
}

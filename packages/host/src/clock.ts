// The time of what does input and output: the platform's, or that of a host of the runtime, such as the lab, in which it
// passes only when nothing else can happen.

import type { Host, TimerHandle } from "@wirewall/runtime";

/** A timer that was set; opaque. */
export type ClockTimer = NodeJS.Timeout | TimerHandle;

export interface Clock {
  /** What happens when is chosen, as in the lab. */
  readonly isChosen: boolean;
  /** Milliseconds that never go back. */
  now(): number;
  /** Milliseconds since 1970. */
  wallTime(): number;
  after<Arg>(ms: number, run: (arg: Arg) => void, arg: Arg): ClockTimer;
  clear(timer: ClockTimer | undefined): void;
  /**
   * When whatever runs now has returned, before anything from outside. Where order is chosen, the
   * label of `of` names what it will have to do with.
   */
  soon<Arg>(run: (arg: Arg) => void, arg: Arg, of?: object): void;
  /** When all that has arrived with what runs now was handed out. */
  later<Arg>(run: (arg: Arg) => void, arg: Arg): void;
}

export const platformClock: Clock = {
  isChosen: false,
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after: (ms, run, arg) => setTimeout(run, ms, arg),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
  soon: (run, arg) => process.nextTick(run, arg),
  later: (run, arg) => void setImmediate(run, arg),
};

/** A host on which tasks announce what they do gives all of the time; others have the platform's. */
export function clockOf(host: Host): Clock {
  if (host.point === undefined) return platformClock;
  return {
    isChosen: true,
    now: () => host.now() / 1_000,
    wallTime: () => host.wallTime(),
    after: (ms, run, arg) => host.setTimer(host.now() + Math.ceil(ms * 1_000), () => run(arg)),
    clear: (timer) => {
      if (timer !== undefined) host.clearTimer(timer as TimerHandle);
    },
    soon: (run, arg, of) => {
      const label: unknown = of === undefined || !("label" in of) ? undefined : of.label;
      if (typeof label === "string") host.touch?.(label, "write");
      host.microtask(() => run(arg));
    },
    later: (run, arg) => host.microtask(() => run(arg)),
  };
}

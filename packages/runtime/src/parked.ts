// What a task waits for: it is looked at whenever the task is woken, by whomever.

export interface Parked {
  readonly isReady: boolean;
  /** A cancel request that is not masked ends the wait as well. */
  readonly stops: boolean;
  /** What it is, where that has a name. */
  readonly waitsFor?: string;
  /** The task goes on, or has to stop. */
  resume(): void;
}

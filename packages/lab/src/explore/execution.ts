// What the explorer asks of a program that it runs again and again: which operations are announced,
// and to do one of them.

export interface Touch {
  readonly resource: string;
  readonly isWrite: boolean;
}

/** An operation that a task has announced and not done. */
export interface Pending {
  /** The same in every run, whatever the order. */
  readonly task: string;
  /** What is announced, to see that a replay is one. */
  readonly label: string;
  readonly isEnabled: boolean;
  /** It may have to wait for others. */
  readonly isGuarded: boolean;
  readonly resource: string;
}

export interface Execution {
  /** In a stable order. */
  pending(): readonly Pending[];
  /** Does the operation of that task, and all up to its next one; says what was touched. */
  step(task: string): readonly Touch[] | Promise<readonly Touch[]>;
  /** Nothing is announced that could go on: what of it is wrong, if anything. */
  finish(): string | undefined | Promise<string | undefined>;
}

/** One transition that was done. */
export interface Event {
  readonly task: string;
  readonly label: string;
  readonly isGuarded: boolean;
  readonly resource: string;
  readonly touches: readonly Touch[];
}

/** Of one task, or of two with a resource in common that one of them writes. */
export function areDependent(left: Event, right: Event): boolean {
  if (left.task === right.task) return true;
  for (const one of left.touches)
    for (const other of right.touches)
      if (one.resource === other.resource && (one.isWrite || other.isWrite)) return true;
  return false;
}

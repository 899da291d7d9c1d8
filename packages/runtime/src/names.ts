// Names of primitives in what is announced to the lab and told in traces: the order in which they were
// made. The lab lets each program count on from where it was, so that this is the same in every run.

let made = 0;

export function nameOf(kind: string): string {
  return `${kind}:${made++}`;
}

/** Lab only: how many were made. */
export function namesMade(): number {
  return made;
}

/** Lab only: the next name is that of so many. */
export function nameFrom(count: number): void {
  made = count;
}

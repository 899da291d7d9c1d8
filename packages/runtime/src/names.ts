// Names of primitives in what is announced to the lab: the order in which they were made, which is the
// same in every run of one program.

let made = 0;

export function nameOf(kind: string): string {
  return `${kind}:${made++}`;
}

/** A program starts: its primitives are named as in its other runs. */
export function restartNames(): void {
  made = 0;
}

// The end of what a test opened, after the test.

import { afterEach } from "vitest";

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Runs after the test, before what was registered earlier. */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}

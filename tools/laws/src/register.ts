// One call per decoder makes all laws its tests.

import { describe, expect, it } from "vitest";
import { boundedLaw } from "./bounded.js";
import { chunkBlindLaw } from "./chunk-blind.js";
import { cleanPrototypeLaw } from "./clean-prototype.js";
import { edgeLaw } from "./edge.js";
import type { Finding } from "./finding.js";
import { linearLaw } from "./linear.js";
import { oneReadingLaw } from "./one-reading.js";
import { realmFreeLaw } from "./realm-free.js";
import { roundTripLaw } from "./round-trip.js";
import type { NotApplicable, Subject } from "./subject.js";
import { totalLaw } from "./total.js";

export type Law = (subject: Subject) => Finding[] | Promise<Finding[]>;

export const laws: readonly (readonly [name: string, law: Law])[] = [
  ["total", totalLaw],
  ["chunk-blind", chunkBlindLaw],
  ["bounded", boundedLaw],
  ["linear", linearLaw],
  ["round-trip", roundTripLaw],
  ["edge", edgeLaw],
  ["one-reading", oneReadingLaw],
  ["realm-free", realmFreeLaw],
  ["clean-prototype", cleanPrototypeLaw],
];

const LONGEST_MS = 180_000;

/** Registers one test per law. */
export function describeLaws(subject: Subject): void {
  describe(`${subject.name}: the laws`, () => {
    for (const [name, law] of laws)
      it(`${tagOf(name)}${name}${reasonFor(subject, name)}`, { timeout: LONGEST_MS }, async () => {
        expect(await law(subject)).toEqual([]);
      });
  });
}

/** The edges are what the release gate asks of a decoder. */
function tagOf(name: string): string {
  return name === "edge" ? "block: SEC-BLOCK-03 " : "";
}

function reasonFor(subject: Subject, name: string): string {
  const parts: Record<string, object | NotApplicable> = {
    "round-trip": subject.roundTrip,
    "one-reading": subject.peer,
  };
  const part = parts[name];
  return part !== undefined && "notApplicable" in part
    ? ` (not applicable: ${String(part.notApplicable)})`
    : "";
}

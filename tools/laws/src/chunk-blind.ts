// Chunk-blind: however the input is cut, the events are the same, and so is the violation, offset
// and limit included. Each chunk is overwritten once the contract allows it, so that a view that
// outlived it is found as well.

import * as fc from "fast-check";
import { chunkings, cutBy } from "./chunking.js";
import { explore } from "./explore.js";
import { shown, type Finding } from "./finding.js";
import { nearVectors } from "./near-vectors.js";
import type { Subject } from "./subject.js";
import { drive, textOfTranscript } from "./transcript.js";

const LAW = "chunk-blind";
/** Inputs up to this size are cut at every place. */
const MOST_CUTS = 1_500;
const MOST_CUTS_EXPLORED = 60;

export function chunkBlindLaw(subject: Subject): Finding[] {
  const findings: Finding[] = [];
  for (const { name, bytes } of subject.vectors) {
    const what = judge(subject, bytes, MOST_CUTS);
    if (what !== undefined)
      findings.push({ law: LAW, what: `${name}: ${what}`, input: shown(bytes) });
  }
  const near = nearVectors(subject.vectors);
  for (const inputs of [subject.arbitrary, near])
    findings.push(
      ...explore(LAW, inputs, 150, (bytes) => judge(subject, bytes, MOST_CUTS_EXPLORED)),
      ...explore(
        LAW,
        fc.tuple(inputs, fc.array(fc.nat(0xffff), { maxLength: 8 })),
        500,
        ([bytes, cuts]) => judgeCut(subject, bytes, cuts),
      ),
    );
  return findings;
}

function judge(subject: Subject, bytes: Uint8Array, most: number): string | undefined {
  const whole = run(subject, [bytes]);
  for (const { name, chunks } of chunkings(bytes, most)) {
    const what = difference(whole, run(subject, chunks));
    if (what !== undefined) return `${name}, ${what}`;
  }
  return undefined;
}

function judgeCut(
  subject: Subject,
  bytes: Uint8Array,
  cuts: readonly number[],
): string | undefined {
  const { name, chunks } = cutBy(bytes, cuts);
  const what = difference(run(subject, [bytes]), run(subject, chunks));
  return what === undefined ? undefined : `${name}, ${what}`;
}

function run(subject: Subject, chunks: readonly Uint8Array[]): string {
  return textOfTranscript(drive(subject.codec.create(), chunks, { scribble: true, keep: false }));
}

function difference(whole: string, cut: string): string | undefined {
  if (whole === cut) return undefined;
  const wholeLines = whole.split("\n");
  const cutLines = cut.split("\n");
  const at = wholeLines.findIndex((line, index) => line !== cutLines[index]);
  const line = at === -1 ? wholeLines.length : at;
  return `line ${line}: ${cutLines[line] ?? "nothing"} instead of ${wholeLines[line] ?? "nothing"}`;
}

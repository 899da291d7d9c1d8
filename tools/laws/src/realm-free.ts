// Realm-free: in a realm with nothing but the language (no Date, Math.random, process, Buffer, nor
// any other means to learn something or to act) every vector reads as it does here.

import { inPieces } from "./chunking.js";
import { shown, textOf, type Finding } from "./finding.js";
import { codecRealm } from "./realm.js";
import type { Subject } from "./subject.js";
import { drive, textOfTranscript } from "./transcript.js";

const LAW = "realm-free";
const SHAPE_BYTES = 2_048;

export async function realmFreeLaw(subject: Subject): Promise<Finding[]> {
  const findings: Finding[] = [];
  let realm;
  try {
    realm = await codecRealm(subject.module);
  } catch (error) {
    return [{ law: LAW, what: `does not load: ${String(error)}` }];
  }
  const inputs = [
    ...subject.vectors,
    ...subject.codec.shapes.map(({ name, input }) => ({ name, bytes: input(SHAPE_BYTES) })),
  ];
  for (const { name, bytes } of inputs) {
    const here = textOfTranscript(
      drive(subject.codec.create(), inPieces(bytes, 7), { keep: false }),
    );
    const there = realm.transcript(textOf(bytes), 7);
    if (here !== there)
      findings.push({
        law: LAW,
        what: `${name}: in an empty realm it reads ${lastLine(there)}, here ${lastLine(here)}`,
        input: shown(bytes),
      });
  }
  return findings;
}

function lastLine(text: string): string {
  return text.split("\n").at(-1) ?? "";
}

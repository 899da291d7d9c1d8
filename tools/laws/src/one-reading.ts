// One reading: what we accept, a peer reads in the same way. To refuse more is allowed where the
// code of the refusal is listed with its reason; to accept what the peer refuses is not.

import * as fc from "fast-check";
import { differenceFrom } from "./difference.js";
import { explore } from "./explore.js";
import { shown, type Finding } from "./finding.js";
import { nearVectors } from "./near-vectors.js";
import type { Peer, Subject } from "./subject.js";
import { drive } from "./transcript.js";

const LAW = "one-reading";

export function oneReadingLaw(subject: Subject): Finding[] {
  const findings: Finding[] = [];
  const { peer } = subject;
  for (const { name, bytes, accept, ignorable = false } of subject.vectors) {
    const what =
      (accept === undefined || ignorable ? undefined : judgeKnown(subject, bytes, accept)) ??
      ("notApplicable" in peer ? undefined : judge(subject, peer, bytes));
    if (what !== undefined)
      findings.push({ law: LAW, what: `${name}: ${what}`, input: shown(bytes) });
  }
  if ("notApplicable" in peer) return findings;
  const inputs = fc.oneof(subject.arbitrary, nearVectors(subject.vectors));
  return [...findings, ...explore(LAW, inputs, 4_000, (bytes) => judge(subject, peer, bytes))];
}

/** A vector that says what it is: accepting what it calls refused is a fault. */
function judgeKnown(subject: Subject, bytes: Uint8Array, accept: boolean): string | undefined {
  if (accept) return undefined;
  const { violation, fault } = drive(subject.codec.create(), [bytes], { keep: false });
  if (fault !== undefined) return fault;
  return violation === undefined ? "accepted, although it is to be refused" : undefined;
}

function judge(subject: Subject, peer: Peer, bytes: Uint8Array): string | undefined {
  const { events, violation, fault } = drive(subject.codec.create(), [bytes]);
  return fault ?? differenceFrom(peer, bytes, events, violation);
}

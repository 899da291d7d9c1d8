// One reading: what we accept, a peer reads in the same way. To refuse more is allowed where the
// code of the refusal is listed with its reason; to accept what the peer refuses is not.

import * as fc from "fast-check";
import { explore } from "./explore.js";
import { shown, type Finding } from "./finding.js";
import { nearVectors } from "./near-vectors.js";
import type { Peer, Subject } from "./subject.js";
import { canonical, drive } from "./transcript.js";

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
  if (fault !== undefined) return fault;
  const { messages: ours, incomparable } = peer.reading(events);
  const theirs = peer.read(bytes);
  if (incomparable !== undefined || theirs.incomparable !== undefined) return undefined;
  for (const [index, message] of ours.entries()) {
    const other = theirs.messages[index];
    if (other === undefined)
      return theirs.rest === "left"
        ? undefined
        : `message ${index} is ${canonical(message)}; ${peer.name} reads none`;
    if (canonical(message) !== canonical(other))
      return `message ${index} is ${canonical(message)}; ${peer.name} reads ${canonical(other)}`;
  }
  if (theirs.rest === "left" && ours.length === theirs.messages.length) return undefined;
  if (violation === undefined) {
    if (theirs.rest === "refused") return `accepted; ${peer.name} refuses it`;
    if (theirs.rest === "read" && theirs.messages.length > ours.length)
      return `${peer.name} reads ${theirs.messages.length} messages, not ${ours.length}`;
    return undefined;
  }
  if (theirs.rest === "refused" || Object.hasOwn(peer.stricter, violation.code)) return undefined;
  return `refused by ${violation.code}, which ${peer.name} reads; not listed as stricter`;
}

// What two readers make of one input, compared. The fuzz targets use it as well.

import type { Violation } from "@wirewall/limits";
import type { Peer } from "./subject.js";
import { canonical } from "./transcript.js";

/** In what a peer reads the input otherwise than these events say; undefined if in nothing. */
export function differenceFrom(
  peer: Peer,
  bytes: Uint8Array,
  events: readonly object[],
  violation: Violation | undefined,
): string | undefined {
  const { messages: ours, last = false, incomparable } = peer.reading(events);
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
    if (last) return undefined;
    if (theirs.rest === "refused") return `accepted; ${peer.name} refuses it`;
    if (theirs.rest === "read" && theirs.messages.length > ours.length)
      return `${peer.name} reads ${theirs.messages.length} messages, not ${ours.length}`;
    return undefined;
  }
  // Limits are ours alone: their table gives the reasons.
  if (theirs.rest === "refused" || violation.limit !== undefined) return undefined;
  if (Object.hasOwn(peer.stricter, violation.code)) return undefined;
  return `refused by ${violation.code}, which ${peer.name} reads; not listed as stricter`;
}

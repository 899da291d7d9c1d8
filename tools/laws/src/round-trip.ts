// Round trip: decoding what was encoded gives it back, and the encoder never emits what the decoder
// refuses: it says so (TypeError, RangeError, UsageError) and emits nothing.

import { UsageError } from "@wirewall/limits";
import { explore } from "./explore.js";
import { shown, type Finding } from "./finding.js";
import type { RoundTrip, Subject } from "./subject.js";
import { canonical, drive } from "./transcript.js";

const LAW = "round-trip";

export function roundTripLaw(subject: Subject): Finding[] {
  const { roundTrip } = subject;
  if ("notApplicable" in roundTrip) return [];
  return [
    ...explore(LAW, roundTrip.valid, 1_000, (item) => judge(subject, roundTrip, item, false)),
    ...explore(LAW, roundTrip.hostile, 3_000, (item) => judge(subject, roundTrip, item, true)),
  ];
}

function judge(
  subject: Subject,
  roundTrip: RoundTrip,
  item: unknown,
  mayRefuse: boolean,
): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = roundTrip.encode(item);
  } catch (error) {
    const isMisuse = [TypeError, RangeError, UsageError].some((kind) => error instanceof kind);
    if (!isMisuse || !(error instanceof Error)) return `the encoder threw ${String(error)}`;
    return mayRefuse ? undefined : `the encoder refuses it: ${error.message}`;
  }
  const { events, violation, fault } = drive(subject.codec.create(), [bytes]);
  if (fault !== undefined) return `${fault}, on ${shown(bytes)}`;
  if (violation !== undefined) return `encoded as ${shown(bytes)}, refused by ${violation.code}`;
  const wanted = canonical(roundTrip.expected(item));
  const got = canonical(roundTrip.decoded(events));
  return got === wanted ? undefined : `encoded as ${shown(bytes)}, read as ${got}, not ${wanted}`;
}

// Linear: the work is proportional to the bytes received, for every hostile shape, in one piece and
// byte by byte. Counted in steps, not timed, so that it gates; exponent.mjs is the timed run.

import type { Finding } from "./finding.js";
import { exponentOf, lastSlopeOf } from "./fit.js";
import { countedRealm } from "./realm.js";
import type { Cost } from "./realm-side.js";
import type { Shape, Subject } from "./subject.js";

const LAW = "linear";
const SIZES = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768];
const MOST_EXPONENT = 1.1;
/** Between two sizes; a buffer that doubles may do so just before the larger one. */
const MOST_LAST_SLOPE = 1.3;
const FREE_EVENTS = 8;
const MOST_STEPS_PER_BYTE = 2_000;

export async function linearLaw(subject: Subject): Promise<Finding[]> {
  let realm;
  try {
    realm = await countedRealm(subject.module);
  } catch (error) {
    return [{ law: LAW, what: `does not load: ${String(error)}` }];
  }
  const findings: Finding[] = [];
  for (const shape of subject.codec.shapes)
    for (const pieceBytes of [1, 1_000_000])
      for (const raised of shape.limits === undefined ? [false] : [false, true]) {
        const passes = shape.refused !== true && (raised || shape.limits === undefined);
        const what = judgeCosts(subject, shape, passes, (size) => {
          const cost = realm.count(shape.name, size, pieceBytes, raised);
          return JSON.parse(cost) as Cost;
        });
        if (what !== undefined)
          findings.push({
            law: LAW,
            what: `${shape.name}, ${pieceName(pieceBytes)}${raised ? ", limits raised" : ""}: ${what}`,
          });
      }
  return findings;
}

function judgeCosts(
  subject: Subject,
  shape: Shape,
  passes: boolean,
  costOf: (size: number) => Cost,
): string | undefined {
  const costs: Cost[] = [];
  for (const size of SIZES) {
    const cost = costOf(size);
    costs.push(cost);
    // Nothing is learned by waiting for the end of what is far from linear.
    if (cost.steps > MOST_STEPS_PER_BYTE * size) break;
  }
  const fault = costs.find((cost) => cost.fault !== undefined);
  if (fault !== undefined) return fault.fault;
  const dearest = costs.at(-1);
  if (dearest !== undefined && costs.length < 3)
    return `${dearest.steps} steps for ${dearest.bytes} bytes`;
  // A shape that is refused before it has grown says nothing about growth.
  const refused = costs.find((cost) => cost.refused !== undefined);
  if (passes && refused !== undefined)
    return `refused by ${String(refused.refused)} at ${refused.bytes} bytes: raise the limits of ${shape.name}`;
  for (const { bytes, events } of costs)
    if (events > subject.maxEventsPerByte * bytes + FREE_EVENTS)
      return `${events} events from ${bytes} bytes`;
  const sizes = costs.map(({ bytes }) => bytes);
  const steps = costs.map((cost) => cost.steps);
  const exponent = exponentOf(sizes, steps);
  const slope = lastSlopeOf(sizes, steps);
  return exponent > MOST_EXPONENT || slope > MOST_LAST_SLOPE
    ? `steps grow with the power ${exponent.toFixed(2)} of size, ${slope.toFixed(2)} at the end (${steps.join(", ")})`
    : undefined;
}

function pieceName(pieceBytes: number): string {
  return pieceBytes >= 1_000_000 ? "in one piece" : `in pieces of ${pieceBytes}`;
}

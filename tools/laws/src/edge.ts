// Edge: every limit of the table passes at its maximum and refuses one above it, whole, byte by
// byte and cut anywhere. A limit that no edge stands for is a finding, too.

import { chunkings } from "./chunking.js";
import { shown, type Finding } from "./finding.js";
import type { CountEdge, Edge, Subject, TimeEdge } from "./subject.js";
import { canonical, drive } from "./transcript.js";

const LAW = "edge";
const MOST_CUTS = 200;

export function edgeLaw(subject: Subject): Finding[] {
  const findings: Finding[] = [];
  for (const { name } of subject.limits.table) {
    const covered = subject.edges.some((edge) => edge.limit === name);
    const elsewhere = Object.hasOwn(subject.edgesElsewhere, name);
    if (covered === elsewhere)
      findings.push({
        law: LAW,
        what: covered ? `${name} has an edge, and one elsewhere` : `${name} has no edge`,
      });
  }
  return [...findings, ...subject.edges.flatMap((edge) => judge(subject, edge))];
}

function judge(subject: Subject, edge: Edge): Finding[] {
  return edge.kind === "count" ? judgeCount(subject, edge) : judgeTime(subject, edge);
}

function judgeCount(subject: Subject, edge: CountEdge): Finding[] {
  const findings: Finding[] = [];
  const { limit, max, code } = edge;
  const limits = { ...edge.limits, [limit]: max };
  for (const count of [max - 1, max, max + 1]) {
    if (count < 0) continue;
    const input = edge.input(count);
    let whole: string | undefined;
    for (const { name, chunks } of chunkings(input, MOST_CUTS)) {
      const { violation, fault } = drive(subject.codec.create({ limits }), chunks, { keep: false });
      const hit = violation?.limit;
      whole ??= canonical(violation);
      const wrong =
        fault ??
        (count <= max
          ? violation === undefined
            ? undefined
            : `refused by ${violation.code} ${canonical(hit)}`
          : violation === undefined
            ? "passes"
            : violation.code !== code
              ? `refused by ${violation.code}, not ${code}`
              : edge.unnamed === true
                ? undefined
                : hit?.name === limit && hit.max === max && hit.observed > max
                  ? canonical(violation) === whole
                    ? undefined
                    : `refused as ${canonical(violation)}, and as ${whole} in one piece`
                  : `refused with the limit ${canonical(hit)}`);
      if (wrong === undefined) continue;
      findings.push({
        law: LAW,
        what: `${titleOf(edge)} = ${max}, ${count} given, ${name}: ${wrong}`,
        input: shown(input),
      });
      break;
    }
  }
  return findings;
}

/** The deadline is the last moment that passes for waiting: one millisecond before, nothing happens. */
function judgeTime(subject: Subject, edge: TimeEdge): Finding[] {
  const { limit, maxMs, code } = edge;
  const decoder = subject.codec.create({ limits: { ...edge.limits, [limit]: maxMs } });
  const next = (): string => {
    let last = "nothing";
    for (let event = decoder.next(); event !== undefined; event = decoder.next())
      last = "code" in event ? String(event.code) : "an event";
    return last;
  };
  const wrong = ((): string | undefined => {
    decoder.receive(edge.input, 0);
    next();
    if (decoder.deadline !== maxMs) return `the deadline is ${String(decoder.deadline)}`;
    decoder.expire(maxMs - 1);
    const early = next();
    if (early !== "nothing") return `${early} at ${maxMs - 1} ms`;
    decoder.expire(maxMs);
    const last = next();
    return last === code ? undefined : `${last} at ${maxMs} ms, not ${code}`;
  })();
  if (wrong === undefined) return [];
  return [{ law: LAW, what: `${titleOf(edge)} = ${maxMs}: ${wrong}`, input: shown(edge.input) }];
}

function titleOf(edge: Edge): string {
  return edge.of === undefined ? edge.limit : `${edge.limit} (${edge.of})`;
}

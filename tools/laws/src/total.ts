// Total: any bytes give events or one violation, never a throw, never a hang. A violation is plain
// data, and after one that ends the connection a decoder says nothing more, whatever it is told.

import type { Decoder, Violation } from "@wirewall/limits";
import * as fc from "fast-check";
import { cutBy } from "./chunking.js";
import { explore } from "./explore.js";
import { shown, type Finding } from "./finding.js";
import { nearVectors } from "./near-vectors.js";
import type { Subject } from "./subject.js";
import { canonical, drive, isViolation } from "./transcript.js";
import { withinTime } from "./watchdog.js";

const LAW = "total";
const HANG_MS = 10_000;
const SCOPES = ["message", "stream", "connection"];

export function totalLaw(subject: Subject, hangMs: number = HANG_MS): Finding[] {
  const findings: Finding[] = [];
  let latest: Uint8Array = new Uint8Array(0);
  const judge = (input: Uint8Array): string | undefined => {
    latest = input;
    return judgeInput(subject, input);
  };
  const vectors = (): Finding[] =>
    subject.vectors.flatMap(({ name, bytes }) => {
      const what = judge(bytes);
      return what === undefined
        ? []
        : [{ law: LAW, what: `${name}: ${what}`, input: shown(bytes) }];
    });
  const misuse = (): Finding[] => {
    const what = judgeMisuse(subject.codec.create());
    return what === undefined ? [] : [{ law: LAW, what }];
  };
  const anything = fc.uint8Array({ maxLength: 200 });
  const stages: readonly (() => Finding[])[] = [
    vectors,
    misuse,
    () => explore(LAW, anything, 1_000, judge),
    () => explore(LAW, subject.arbitrary, 1_000, judge),
    () => explore(LAW, nearVectors(subject.vectors), 2_000, judge),
    () => explore(LAW, calls(subject), 500, (script) => judgeCalls(subject, script)),
  ];
  for (const stage of stages) {
    const outcome = withinTime(hangMs, () => findings.push(...stage()));
    if (outcome === "ended") continue;
    findings.push({ law: LAW, what: "it does not come back", input: shown(latest) });
    break;
  }
  return findings;
}

function judgeInput(subject: Subject, input: Uint8Array): string | undefined {
  const decoder = subject.codec.create();
  const { violation, fault } = drive(decoder, [input]);
  if (fault !== undefined) return fault;
  if (violation === undefined) return undefined;
  return (
    judgeViolation(violation, subject.owner, input.length) ??
    (violation.scope === "connection" ? judgeDeath(decoder) : undefined)
  );
}

function judgeViolation(
  violation: Violation,
  owner: Subject["owner"],
  received: number,
): string | undefined {
  const { code, scope, offset, spec, reply, limit } = violation;
  if (violation instanceof Error || "stack" in violation) return "a violation with a stack";
  const owners = typeof owner === "string" ? [owner] : owner;
  if (typeof code !== "string" || !owners.some((name) => code.startsWith(`${name}.`)))
    return `a code ${canonical(code)}`;
  if (!SCOPES.includes(scope)) return `${code} has the scope ${canonical(scope)}`;
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > received)
    return `${code} has the offset ${canonical(offset)} of ${received} bytes`;
  if (typeof spec !== "string" || spec === "") return `${code} names no section`;
  if (reply === undefined) return `${code} does not say what the peer is told`;
  if (limit !== undefined && !(limit.observed > limit.max))
    return `${code} hits ${limit.name} with ${limit.observed} of ${limit.max}`;
  return undefined;
}

/** After its last word a decoder holds nothing, waits for nothing and says nothing. */
function judgeDeath(decoder: Decoder<object>): string | undefined {
  if (decoder.retained !== 0) return `${decoder.retained} bytes retained after the violation`;
  decoder.receive(Uint8Array.of(0x41, 0x0d, 0x0a));
  if (decoder.next() !== undefined) return "an event after the violation";
  decoder.expire(1e12);
  if (decoder.next() !== undefined) return "a timeout after the violation";
  decoder.end();
  if (decoder.next() !== undefined) return "an event at the end of a dead input";
  if (decoder.retained !== 0) return "input retained after the violation";
  return decoder.deadline === undefined ? undefined : "a deadline after the violation";
}

interface Call {
  readonly verb: "receive" | "next" | "end" | "expire" | "read";
  readonly bytes: Uint8Array;
  readonly now: number;
}

/** Any method in any state: the pieces of an input with other calls between them. */
function calls(subject: Subject): fc.Arbitrary<readonly Call[]> {
  const input = fc.oneof(subject.arbitrary, nearVectors(subject.vectors));
  const verbs = fc.constantFrom(
    ...(["receive", "receive", "next", "next", "end", "expire", "read"] as const),
  );
  const step = fc.record({ verb: verbs, later: fc.nat(20_000) });
  return fc
    .tuple(input, fc.array(fc.nat(0xffff), { maxLength: 6 }), fc.array(step, { maxLength: 24 }))
    .map(([bytes, cuts, steps]) => {
      const pieces = [...cutBy(bytes, cuts).chunks];
      let now = 0;
      return steps.map(({ verb, later }) => {
        now += later;
        const piece = verb === "receive" ? pieces.shift() : undefined;
        return { verb, bytes: piece ?? new Uint8Array(0), now };
      });
    });
}

function judgeCalls(subject: Subject, script: readonly Call[]): string | undefined {
  const decoder = subject.codec.create();
  let over = false;
  try {
    for (const { verb, bytes, now } of script) {
      if (verb === "receive") decoder.receive(bytes, now);
      else if (verb === "end") decoder.end(now);
      else if (verb === "expire") decoder.expire(now);
      else if (verb === "read") void [decoder.deadline, decoder.retained];
      else {
        const event = decoder.next();
        if (event !== undefined && over) return "an event after the violation";
        if (event !== undefined && isViolation(event) && event.scope === "connection") over = true;
      }
    }
  } catch (error) {
    return `threw ${String(error)}`;
  }
  return undefined;
}

function judgeMisuse(decoder: Decoder<object>): string | undefined {
  try {
    Reflect.apply(decoder.receive, decoder, ["text"]);
  } catch (error) {
    return error instanceof TypeError ? undefined : "a text as chunk is not a TypeError";
  }
  return "a text as chunk is taken";
}

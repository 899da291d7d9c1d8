// Bounded: what is retained never exceeds a bound that follows from the limits, the ledger says
// what is really alive, and a million items that cost their sender nothing cost no more here.

import { Ledger, type Decoder } from "@wirewall/limits";
import * as fc from "fast-check";
import { cutBy, inPieces } from "./chunking.js";
import { explore } from "./explore.js";
import { shown, type Finding } from "./finding.js";
import { nearVectors } from "./near-vectors.js";
import type { Shape, Subject } from "./subject.js";
import { isLast } from "./transcript.js";
import { liveBytes } from "./weigh.js";

const LAW = "bounded";
const FLOOD_ITEMS = 1_000_000;
const FLOOD_CHUNK = 65_536;
const SHAPE_BYTES = 65_536;
const IDLE_BYTES = 4_096;
/** How far the collector may be off. */
const SLACK_RATIO = 2;
const WEIGHINGS = 3;

export function boundedLaw(subject: Subject): Finding[] {
  const findings: Finding[] = [];
  const add = (name: string, what: string | undefined, input?: Uint8Array): void => {
    if (what !== undefined)
      findings.push({
        law: LAW,
        what: `${name}: ${what}`,
        ...(input === undefined ? {} : { input: shown(input) }),
      });
  };
  for (const { name, bytes } of subject.vectors)
    add(name, judge(subject, inPieces(bytes, 1)), bytes);
  for (const shape of subject.codec.shapes) {
    const input = shape.input(SHAPE_BYTES);
    for (const size of [7, 1_000, input.length]) {
      const pieces = inPieces(input, size);
      add(shape.name, judge(subject, pieces) ?? judge(subject, pieces, shape.limits));
    }
    add(shape.name, judgeWithoutReading(subject, input));
    add(shape.name, judgeWeight(subject, shape));
  }
  for (const flood of subject.codec.floods)
    add(flood.name, judgeFlood(subject, flood.prefix, flood.item, flood.limits));
  const inputs = fc.oneof(subject.arbitrary, nearVectors(subject.vectors));
  return [
    ...findings,
    ...explore(
      LAW,
      fc.tuple(inputs, fc.array(fc.nat(0xffff), { maxLength: 6 })),
      500,
      ([bytes, cuts]) => judge(subject, cutBy(bytes, cuts).chunks),
    ),
  ];
}

/** Watches a run: the bound, and the ledger above against what the decoder says. */
function judge(
  subject: Subject,
  chunks: readonly Uint8Array[],
  limits?: Readonly<Record<string, number>>,
): string | undefined {
  const resolved = subject.limits.resolve(limits);
  const bound = subject.bound(resolved);
  const ledger = new Ledger({ maxRetainedBytes: Number.MAX_SAFE_INTEGER });
  const decoder = subject.codec.create({ ledger, ...(limits === undefined ? {} : { limits }) });
  let what: string | undefined;
  const watch = (): void => {
    const { retained } = decoder;
    if (retained > bound) what ??= `${retained} bytes retained, over the bound ${bound}`;
    if (ledger.retained !== retained)
      what ??= `${retained} bytes retained, ${ledger.retained} charged to the ledger above`;
  };
  let over = false;
  for (const chunk of chunks) {
    decoder.receive(chunk);
    watch();
    for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
      over ||= isLast(event);
      watch();
    }
    watch();
  }
  if (over && ledger.retained !== 0) what ??= `${ledger.retained} bytes charged after the end`;
  return what;
}

/** A driver that receives on and on and never asks. */
function judgeWithoutReading(subject: Subject, input: Uint8Array): string | undefined {
  const bound = subject.ceiling(subject.limits.resolve());
  const decoder = subject.codec.create();
  const rounds = Math.ceil((2 * bound) / Math.max(input.length, 1)) + 1;
  for (let round = 0; round < rounds; round++) {
    decoder.receive(input);
    if (decoder.retained > bound)
      return `${decoder.retained} bytes retained without reading, over the bound ${bound}`;
  }
  return undefined;
}

function judgeFlood(
  subject: Subject,
  prefix: Uint8Array,
  item: Uint8Array,
  limits?: Readonly<Record<string, number>>,
): string | undefined {
  const perChunk = Math.max(1, Math.floor(FLOOD_CHUNK / item.length));
  const chunk = new Uint8Array(perChunk * item.length);
  for (let at = 0; at < chunk.length; at += item.length) chunk.set(item, at);
  const bound = subject.bound(subject.limits.resolve(limits));
  const decoder = subject.codec.create(limits === undefined ? {} : { limits });
  let most = 0;
  const pull = (): boolean => {
    for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
      if (decoder.retained > most) most = decoder.retained;
      if (isLast(event)) return false;
    }
    if (decoder.retained > most) most = decoder.retained;
    return true;
  };
  decoder.receive(prefix);
  let goes = pull();
  for (let items = 0; goes && items < FLOOD_ITEMS; items += perChunk) {
    decoder.receive(chunk);
    goes = pull();
  }
  return most > bound ? `${most} bytes retained in the flood, over the bound ${bound}` : undefined;
}

/** Many decoders that hold the same: their true weight against what they say. */
function judgeWeight(subject: Subject, shape: Shape): string | undefined {
  const options = shape.limits === undefined ? {} : { limits: shape.limits };
  const whole = shape.input(SHAPE_BYTES / 4);
  const held = whole.subarray(0, whole.length - 3);
  const make = (): Decoder<object> => {
    const decoder = subject.codec.create(options);
    for (const piece of inPieces(held, 64)) {
      // A copy, so that whoever keeps a view of it is found to hold more.
      decoder.receive(piece.slice());
      while (decoder.next() !== undefined);
    }
    return decoder;
  };
  let what: string | undefined;
  // The heap is noisy in one direction only: what is truly held shows every time.
  for (let time = 0; time < WEIGHINGS; time++) {
    const { live, said } = liveBytes(make);
    const allowed = said * SLACK_RATIO + (subject.idleBytes ?? IDLE_BYTES);
    if (live <= allowed) return undefined;
    what = `${Math.round(live)} bytes alive in each decoder, which says ${said} (${allowed} allowed)`;
  }
  return what;
}

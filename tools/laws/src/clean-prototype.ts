// Clean prototype: whatever is read, the objects that everything inherits from stay as they were,
// and a name that they have is a name like any other.

import * as fc from "fast-check";
import { explore } from "./explore.js";
import { bytesOf, shown, type Finding } from "./finding.js";
import { nearVectors } from "./near-vectors.js";
import type { Names, Subject } from "./subject.js";
import { canonical, drive } from "./transcript.js";

const LAW = "clean-prototype";

const INHERITED: readonly (readonly [string, object])[] = [
  ["Object", Object],
  ["Object.prototype", Object.prototype],
  ["Array.prototype", Array.prototype],
  ["Function.prototype", Function.prototype],
  ["String.prototype", String.prototype],
  ["Number.prototype", Number.prototype],
  ["Map.prototype", Map.prototype],
  ["Set.prototype", Set.prototype],
  ["Promise.prototype", Promise.prototype],
  ["Error.prototype", Error.prototype],
  ["Uint8Array.prototype", Uint8Array.prototype],
  ["Symbol.iterator", Object.getPrototypeOf([][Symbol.iterator]()) as object],
];

export function cleanPrototypeLaw(subject: Subject): Finding[] {
  const findings: Finding[] = [];
  const before = snapshot();
  const run = (bytes: Uint8Array): string | undefined => {
    const { fault } = drive(subject.codec.create(), [bytes], { keep: false });
    return restored(before) ?? fault;
  };
  for (const { name, bytes } of subject.vectors) {
    const what = run(bytes);
    if (what !== undefined)
      findings.push({ law: LAW, what: `${name}: ${what}`, input: shown(bytes) });
  }
  if (!("notApplicable" in subject.names))
    for (const name of inheritedNames()) {
      const what = judgeName(subject, subject.names, name) ?? restored(before);
      if (what !== undefined) findings.push({ law: LAW, what: `the name ${name}: ${what}` });
    }
  const splicedNames = fc
    .tuple(
      fc.constantFrom(...subject.vectors.map(({ bytes }) => bytes)),
      fc.constantFrom(...inheritedNames()),
      fc.nat(0xffff),
    )
    .map(([bytes, name, place]) => spliced(bytes, bytesOf(name), place % (bytes.length + 1)));
  return [
    ...findings,
    ...explore(LAW, fc.oneof(splicedNames, nearVectors(subject.vectors)), 500, run),
  ];
}

function judgeName(subject: Subject, names: Names, name: string): string | undefined {
  const input = names.input(name);
  const { events, fault } = drive(subject.codec.create(), [input]);
  if (fault !== undefined) return fault;
  const value = names.read(events, name);
  return value === names.value ? undefined : `gives ${canonical(value)}, not ${names.value}`;
}

/** Every name that an empty object has, as it is and in lower case. */
function inheritedNames(): string[] {
  const names = Object.getOwnPropertyNames(Object.prototype);
  return [...new Set([...names, ...names.map((name) => name.toLowerCase()), "prototype"])];
}

type Snapshot = readonly (readonly [string, object, PropertyDescriptorMap])[];

function snapshot(): Snapshot {
  return INHERITED.map(([name, object]) => [name, object, descriptors(object)]);
}

/** The first difference; everything is put back, so that one finding does not become many. */
function restored(before: Snapshot): string | undefined {
  let what: string | undefined;
  for (const [name, object, properties] of before) {
    for (const key of Reflect.ownKeys(object)) {
      if (Object.hasOwn(properties, key)) continue;
      what ??= `${name} has a new ${String(key)}`;
      Reflect.deleteProperty(object, key);
    }
    for (const key of Reflect.ownKeys(properties)) {
      const was = Reflect.get(properties, key) as PropertyDescriptor;
      const is = Reflect.getOwnPropertyDescriptor(object, key);
      if (is !== undefined && same(is, was)) continue;
      what ??= `${name} has another ${String(key)}`;
      Reflect.defineProperty(object, key, was);
    }
  }
  return what;
}

function descriptors(object: object): PropertyDescriptorMap {
  const all = Object.create(null) as PropertyDescriptorMap;
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined) Reflect.set(all, key, descriptor);
  }
  return all;
}

function same(left: PropertyDescriptor, right: PropertyDescriptor): boolean {
  return (
    Object.is(left.value, right.value) &&
    left.get === right.get &&
    left.set === right.set &&
    left.writable === right.writable &&
    left.enumerable === right.enumerable
  );
}

function spliced(bytes: Uint8Array, insert: Uint8Array, at: number): Uint8Array {
  const together = new Uint8Array(bytes.length + insert.length);
  together.set(bytes.subarray(0, at));
  together.set(insert, at);
  together.set(bytes.subarray(at), at + insert.length);
  return together;
}

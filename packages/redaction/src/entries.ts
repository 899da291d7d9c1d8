// The members of a value in their order, without calling anything of its own: what is computed when it is read is not
// read.

import type { Brand } from "./brands.js";

/** Stands for what could not be read, or would have had to be computed. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

export type Entry = readonly [name: string, value: unknown];

const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const eachHeader = typeof Headers === "undefined" ? undefined : Headers.prototype.forEach;

/** At most `most` of them, and whether that were all. */
export function entriesOf(
  value: object,
  kind: Brand["kind"],
  most: number,
): { readonly entries: readonly Entry[]; readonly isWhole: boolean } {
  switch (kind) {
    case "list":
      return items(value, most);
    case "map":
      return taken(mapEntries.call(value as Map<unknown, unknown>), most, ([key, item]) => [
        nameOf(key),
        item,
      ]);
    case "set":
      return taken(setValues.call(value as Set<unknown>), most, (item) => ["", item]);
    case "headers":
      return headers(value as Headers, most);
    case "error":
      return failure(value as Error, most);
    default:
      return members(value, most);
  }
}

function members(value: object, most: number): { entries: Entry[]; isWhole: boolean } {
  const entries: Entry[] = [];
  const names = Reflect.ownKeys(value);
  for (const name of names) {
    if (typeof name !== "string") continue;
    const member = Object.getOwnPropertyDescriptor(value, name);
    if (member?.enumerable !== true) continue;
    if (entries.length === most) return { entries, isWhole: false };
    entries.push([name, "value" in member ? member.value : UNREADABLE]);
  }
  return { entries, isWhole: true };
}

function items(value: object, most: number): { entries: Entry[]; isWhole: boolean } {
  const entries: Entry[] = [];
  const length = Number(Object.getOwnPropertyDescriptor(value, "length")?.value ?? 0);
  const count = Math.min(length, most);
  for (let at = 0; at < count; at++) {
    const item = Object.getOwnPropertyDescriptor(value, at);
    entries.push(["", item === undefined || "value" in item ? item?.value : UNREADABLE]);
  }
  return { entries, isWhole: length <= most };
}

function taken<Item>(
  iterator: Iterator<Item>,
  most: number,
  entryOf: (item: Item) => Entry,
): { entries: Entry[]; isWhole: boolean } {
  const entries: Entry[] = [];
  for (;;) {
    const { done, value } = iterator.next();
    if (done === true) return { entries, isWhole: true };
    if (entries.length === most) return { entries, isWhole: false };
    entries.push(entryOf(value));
  }
}

function headers(value: Headers, most: number): { entries: Entry[]; isWhole: boolean } {
  const entries: Entry[] = [];
  let isWhole = true;
  eachHeader?.call(value, (text, name) => {
    if (entries.length === most) isWhole = false;
    else entries.push([name, text]);
  });
  return { entries, isWhole };
}

/** What an error says of itself, and then what was put upon it. */
function failure(value: Error, most: number): { entries: Entry[]; isWhole: boolean } {
  const { entries, isWhole } = members(value, most);
  const own = new Set(entries.map(([name]) => name));
  const said: Entry[] = [["type", typeOf(value)]];
  for (const name of ["code", "message", "stack", "errors", "cause"]) {
    const member = Object.getOwnPropertyDescriptor(value, name);
    if (member !== undefined && !own.has(name) && "value" in member)
      said.push([name, member.value]);
  }
  return { entries: [...said, ...entries.filter(([name]) => name !== "type")], isWhole };
}

/** The name of its class, where that is data. */
function typeOf(value: Error): unknown {
  for (let at: object | null = value, depth = 0; at !== null && depth < 8; depth++) {
    const member = Object.getOwnPropertyDescriptor(at, "name");
    if (member !== undefined) return "value" in member ? member.value : UNREADABLE;
    at = Object.getPrototypeOf(at) as object | null;
  }
  return "Error";
}

function nameOf(key: unknown): string {
  if (typeof key === "string") return key;
  if (typeof key === "number" || typeof key === "boolean" || typeof key === "bigint")
    return String(key);
  return `[${typeof key}]`;
}

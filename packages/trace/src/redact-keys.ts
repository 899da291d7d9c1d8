// What a program wrote into an event by a name that promises a secret is taken out before it is kept.

import type { TraceValue } from "./event.js";

const NAMES =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|secret|token|password|passwd|api[-_]?key)$/i;
const MOST_DEPTH = 32;

type Data = Readonly<Record<string, TraceValue>>;

/** The data without secrets, and how many there were. */
export function redacted(data: Data): { readonly data: Data; readonly count: number } {
  const found = { count: 0 };
  return { data: clean(data, found, 0) as Data, count: found.count };
}

function clean(value: TraceValue, found: { count: number }, depth: number): TraceValue {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MOST_DEPTH) {
    found.count++;
    return "[deep]";
  }
  if (isList(value)) return value.map((item) => clean(item, found, depth + 1));
  const copy: Record<string, TraceValue> = {};
  for (const [name, item] of Object.entries(value)) {
    const isSecret = NAMES.test(name);
    if (isSecret) found.count++;
    Object.defineProperty(copy, name, {
      value: isSecret ? "[redacted]" : clean(item, found, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

function isList(value: object): value is readonly TraceValue[] {
  return Array.isArray(value);
}

// A host has one name: what is resolved, what is sent as SNI, what is verified and what is logged is
// the same text (CVE-2026-48618). Names are ASCII before they come here; nothing is mapped.

/** A host in its one form: a name in lower case without a dot at the end, or the bytes of an address. */
export type Host =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "address"; readonly bytes: readonly number[] };

const MAX_NAME_BYTES = 253;
const MAX_LABEL_BYTES = 63;
/** RFC 5890 §2.3.1, with the underscore that names of services have. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/** The one form of a host, or undefined: a NUL, another dot than ".", an empty label, a bare number. */
export function canonicalHost(text: string): Host | undefined {
  if (typeof text !== "string") return undefined;
  const inner = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : undefined;
  const bytes = inner === undefined ? (addressV4(text) ?? addressV6(text)) : addressV6(inner);
  if (bytes !== undefined) return { kind: "address", bytes };
  if (inner !== undefined) return undefined;
  const name = isAscii(text) ? text.toLowerCase() : "";
  const labels = name.split(".");
  const isName =
    name.length > 0 &&
    name.length <= MAX_NAME_BYTES &&
    labels.every((label) => label.length <= MAX_LABEL_BYTES && LABEL.test(label));
  // A last label of digits is an address that was not understood (WHATWG URL §3.5).
  if (!isName || /^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "")) return undefined;
  return { kind: "name", name };
}

/** Four numbers in decimal, without leading zeros, which some read as octal. */
export function addressV4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part)))
    return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

/** RFC 4291 §2.2, without zone. */
export function addressV6(text: string): readonly number[] | undefined {
  if (text.length > 45 || !/^[0-9a-f:.]+$/i.test(text)) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = "", tail] = halves;
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  if (left === undefined || right === undefined) return undefined;
  const missing = 16 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...left, ...new Array<number>(missing).fill(0), ...right];
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [at, group] of groups.entries()) {
    const last = at === groups.length - 1 ? addressV4(group) : undefined;
    if (last !== undefined) bytes.push(...last);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >>> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return false;
  return true;
}

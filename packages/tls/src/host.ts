// A host has one name: what is resolved, what is sent as SNI, what is verified and what is logged is
// the same text (CVE-2026-48618). Names are ASCII before they come here; nothing is mapped.

import { addressV4, addressV6 } from "@wirewall/fields";

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

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return false;
  return true;
}

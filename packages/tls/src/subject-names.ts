// The names of a certificate, from its own encoding (RFC 5280 §4.2.1.6): never from a text that was
// made of it, in which a name may pretend to be several (CVE-2021-44532), and never from the common
// name. The reader of DER is total: what is not as it should be has no names.

/** What a certificate says it is for. */
export interface SubjectNames {
  readonly dns: readonly string[];
  /** Addresses as bytes, 4 or 16 of each. */
  readonly addresses: readonly (readonly number[])[];
  readonly uris: readonly string[];
}

const NONE: SubjectNames = { dns: [], addresses: [], uris: [] };

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;
const OCTET_STRING = 0x04;
const EXTENSIONS = 0xa3;
const BOOLEAN = 0x01;
const DNS_NAME = 0x82;
const URI = 0x86;
const IP_ADDRESS = 0x87;

/** id-ce-subjectAltName, 2.5.29.17. */
const ALTERNATIVE_NAMES = [0x55, 0x1d, 0x11];

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The alternative names of a certificate in DER, at most `maxCount` of them; undefined if there are
 * more, or the encoding is none.
 */
export function subjectNames(der: Uint8Array, maxCount: number): SubjectNames | undefined {
  const certificate = elementAt(der, 0, der.length);
  if (certificate?.tag !== SEQUENCE) return undefined;
  const body = elementAt(der, certificate.start, certificate.end);
  if (body?.tag !== SEQUENCE) return undefined;
  const parts = elementsOf(der, body);
  if (parts === undefined) return undefined;
  const extensions = parts.find(({ tag }) => tag === EXTENSIONS);
  if (extensions === undefined) return NONE;
  const list = elementAt(der, extensions.start, extensions.end);
  if (list?.tag !== SEQUENCE) return undefined;
  let found: SubjectNames | undefined;
  for (const extension of elementsOf(der, list) ?? []) {
    const [identifier, ...rest] = elementsOf(der, extension) ?? [];
    if (identifier?.tag !== OBJECT_IDENTIFIER || !says(der, identifier, ALTERNATIVE_NAMES))
      continue;
    const value = rest[0]?.tag === BOOLEAN ? rest[1] : rest[0];
    // Twice is once too often: two readers would see two sets of names (RFC 5280 §4.2).
    if (found !== undefined || value?.tag !== OCTET_STRING) return undefined;
    found = namesIn(der, value, maxCount);
    if (found === undefined) return undefined;
  }
  return found ?? NONE;
}

function namesIn(der: Uint8Array, value: Element, maxCount: number): SubjectNames | undefined {
  const list = elementAt(der, value.start, value.end);
  if (list?.tag !== SEQUENCE || list.end !== value.end) return undefined;
  const names = elementsOf(der, list);
  if (names === undefined || names.length > maxCount) return undefined;
  const dns: string[] = [];
  const uris: string[] = [];
  const addresses: number[][] = [];
  for (const { tag, start, end } of names) {
    const bytes = [...der.subarray(start, end)];
    if (tag === IP_ADDRESS) {
      if (bytes.length !== 4 && bytes.length !== 16) return undefined;
      addresses.push(bytes);
    } else if (tag === DNS_NAME || tag === URI) {
      // IA5String without controls; a NUL in a name has fooled verifiers (CVE-2009-2408).
      if (!bytes.every((byte) => byte > 0x20 && byte < 0x7f)) return undefined;
      (tag === DNS_NAME ? dns : uris).push(String.fromCharCode(...bytes));
    }
  }
  return { dns, addresses, uris };
}

/** The element that begins at `at` and ends by `limit`: tag, definite length, content. */
function elementAt(der: Uint8Array, at: number, limit: number): Element | undefined {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined || at + 2 > limit || (tag & 0x1f) === 0x1f)
    return undefined;
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count < 1 || count > 3 || start + count > limit) return undefined;
    length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + (der[start++] ?? 0);
  }
  const end = start + length;
  return end > limit ? undefined : { tag, start, end };
}

/** What an element is made of, or undefined if it is not made of whole elements. */
function elementsOf(der: Uint8Array, { start, end }: Element): Element[] | undefined {
  const found: Element[] = [];
  for (let at = start; at < end;) {
    const element = elementAt(der, at, end);
    if (element === undefined) return undefined;
    found.push(element);
    at = element.end;
  }
  return found;
}

function says(der: Uint8Array, { start, end }: Element, bytes: readonly number[]): boolean {
  return end - start === bytes.length && bytes.every((byte, at) => der[start + at] === byte);
}

// host [ ":" port ] as in RFC 3986 §3.2.2 and RFC 9110 §4.2, narrower where readers disagree:
// no userinfo, no empty host (§4.2.1), no empty port, no percent-encoding, no IPvFuture.

const HOST = 1;
const HEX = 2;
const DIGIT = 4;

const classes: Uint8Array = /* @__PURE__ */ classTable();

/** An authority in two parts, as written. `host` keeps the brackets of an IPv6 literal. */
export interface Authority {
  readonly host: string;
  readonly port: number | undefined;
}

/** The parts of an authority, or undefined if the text is not one. */
export function parseAuthority(text: string): Authority | undefined {
  if (!isAuthority(text)) return undefined;
  const colon = portColon(text);
  if (colon === -1) return { host: text, port: undefined };
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/** Whether the text is a host with an optional port, from 0 to 65535. */
export function isAuthority(text: string): boolean {
  const length = text.length;
  let at = 0;
  if (text.charCodeAt(0) === 0x5b) {
    const close = text.indexOf("]");
    if (close === -1 || !isIPv6(text.slice(1, close))) return false;
    at = close + 1;
  } else {
    while (at < length && hasClass(text.charCodeAt(at), HOST)) at++;
    if (at === 0) return false;
  }
  return at === length || (text.charCodeAt(at) === 0x3a && isPort(text, at + 1));
}

/**
 * Whether the bytes from `start` to `end` are an authority of the plain kind, a name or an IPv4
 * address with an optional port. False leaves it open: `isAuthority` decides about the rest.
 */
export function isPlainAuthority(bytes: Uint8Array, start: number, end: number): boolean {
  const table = classes;
  let at = start;
  while (at < end && ((table[bytes[at] ?? 0] ?? 0) & HOST) !== 0) at++;
  if (at === end) return at > start;
  if (at === start || bytes[at] !== 0x3a || end - at < 2 || end - at > 5) return false;
  for (at++; at < end; at++) if (((table[bytes[at] ?? 0] ?? 0) & DIGIT) === 0) return false;
  return true;
}

/** Whether two authorities are the same text but for the case of letters. */
export function sameAuthority(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase();
}

/** Whether an authority names a port. */
export function hasPort(authority: string): boolean {
  return portColon(authority) !== -1;
}

function portColon(text: string): number {
  const colon = text.lastIndexOf(":");
  return colon > text.lastIndexOf("]") ? colon : -1;
}

function isPort(text: string, from: number): boolean {
  const digits = text.length - from;
  if (digits < 1 || digits > 5) return false;
  let value = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!hasClass(code, DIGIT)) return false;
    value = value * 10 + (code - 0x30);
  }
  return value <= 65_535;
}

/** RFC 3986 §3.2.2 IPv6address: eight groups, one of the runs of zero groups written as "::". */
function isIPv6(text: string): boolean {
  if (text.length > 45) return false;
  const tail = text.lastIndexOf(":") + 1;
  const isMixed = text.includes(".");
  if (isMixed && !isIPv4(text.slice(tail))) return false;
  const halves = (isMixed ? `${text.slice(0, tail)}0:0` : text).split("::");
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!groups.every(isHexGroup)) return false;
  return halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length <= 7;
}

function isHexGroup(group: string): boolean {
  if (group.length < 1 || group.length > 4) return false;
  for (let at = 0; at < group.length; at++) if (!hasClass(group.charCodeAt(at), HEX)) return false;
  return true;
}

function isIPv4(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function hasClass(code: number, wanted: number): boolean {
  return code < 256 && ((classes[code] ?? 0) & wanted) !== 0;
}

function classTable(): Uint8Array {
  const table = new Uint8Array(256);
  const add = (characters: string, bits: number): void => {
    for (const character of characters)
      table[character.charCodeAt(0)] = (table[character.charCodeAt(0)] ?? 0) | bits;
  };
  add("0123456789", HOST | HEX | DIGIT);
  add("abcdefABCDEF", HOST | HEX);
  add("ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ", HOST);
  add("-._~!$&'()*+,;=", HOST);
  return table;
}

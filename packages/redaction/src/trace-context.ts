// `traceparent` and `baggage` as W3C writes them: handed on unchanged, or dropped whole.

const MOST_BYTES = 8_192;
const MOST_MEMBERS = 180;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}";
const OCTETS = "[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]{0,4096}";
const PROPERTY = `;[ \\t]?${TOKEN}(?:=${OCTETS})?`;
const MEMBER = new RegExp(`^${TOKEN}=${OCTETS}(?:${PROPERTY}){0,64}$`);

/** W3C Trace Context §3.2, version 00. */
export function keptTraceparent(value: string): string | undefined {
  return value.length === 55 && TRACEPARENT.test(value) ? value : undefined;
}

/** W3C Baggage §3.2: at most 8,192 bytes and 180 members. */
export function keptBaggage(value: string): string | undefined {
  if (value.length > MOST_BYTES) return undefined;
  const members = value.split(",");
  if (members.length > MOST_MEMBERS) return undefined;
  return members.every((member) => MEMBER.test(member.trim())) ? value : undefined;
}

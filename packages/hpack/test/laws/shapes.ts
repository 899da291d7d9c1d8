// Octets of header blocks, with nothing but the language: this also runs in an empty realm.

/** RFC 7541 §5.1. */
export function integer(value: number, prefixBits: number, flags = 0): number[] {
  const most = 2 ** prefixBits - 1;
  if (value < most) return [flags | value];
  const octets = [flags | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) octets.push((rest % 128) | 0x80);
  octets.push(rest);
  return octets;
}

/** So many octets behind the length, §5.2. */
export function string(count: number, octet: number): number[] {
  return integer(count, 7).concat(repeated(count, [octet]));
}

/** So many octets of Huffman code. */
export function codedString(count: number, octet: number): number[] {
  return integer(count, 7, 0x80).concat(repeated(count, [octet]));
}

export function repeated(times: number, octets: readonly number[]): number[] {
  const all: number[] = [];
  for (let time = 0; time < times; time++) for (const octet of octets) all.push(octet);
  return all;
}

/** A literal without indexing, its name one octet, its value so many. */
export function literalOf(valueBytes: number): number[] {
  return [0, 1, 0x61].concat(string(valueBytes, 0x76));
}

export const GET = 0x82;
/** `a: ` with incremental indexing, the smallest entry that has a name. */
export const ENTRY: readonly number[] = [0x40, 1, 0x61, 0];

/** Nothing is refused for its size. */
export const raised = {
  maxTableBytes: 1_048_576,
  maxHeaderListBytes: 16_777_216,
  maxHeaderCount: 65_536,
  maxStringBytes: 16_777_216,
  maxBlockBytes: 67_108_864,
};

export function bytes(octets: readonly number[]): Uint8Array {
  return Uint8Array.from(octets);
}

// The Huffman code of RFC 7541 Appendix B. It is canonical: codes of the same length follow each
// other in the order of the symbols, and shorter codes come first, so that the lengths say it all.
//
// Decoding takes a byte at a time through a table of 256 states. Each step writes two symbols, of
// which as many count as were completed; what is wrong shows in the bits that all steps leave, and
// in the last state: padding is at most seven ones (§5.2).

/** Length of the code of each symbol as a digit in base 32; the last one is EOS. */
const LENGTHS =
  "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca" +
  "d67777777777777777777777878djde6f56565666577666567655677777fbeds" +
  "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn" +
  "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu";

const SYMBOLS = 257;
const EOS = 256;
const SHORTEST_CODE = 5;
const LONGEST_CODE = 30;

/** A step: two symbols in the lowest bytes, how many of them count, whether EOS came, the next state. */
const COUNT_SHIFT = 16;
const FAILS = 0x4_0000;
const STATE_SHIFT = 20;
/** Set in one of the symbols where it is not ASCII. */
const HIGH = 0x8080;

/** Bits of each symbol's code. */
export const codeLengths: Uint8Array = /* @__PURE__ */ Uint8Array.from(LENGTHS, (digit) =>
  Number.parseInt(digit, 32),
);

/** The codes, right-aligned. */
export const codes: Uint32Array = /* @__PURE__ */ canonicalCodes();

/** By state and byte: the steps. They take 256 KiB, and are made for the first string that comes. */
let steps: Int32Array | undefined;

/** By state: 1 where a string may end. */
const ends: Uint8Array = /* @__PURE__ */ buildEnds();

/** The most bytes that so many bytes of code can stand for. */
export function mostDecoded(count: number): number {
  return Math.floor((count * 8) / SHORTEST_CODE) + 2;
}

export const INVALID = -1;
/** Set in a result whose bytes are not all ASCII. */
export const NOT_ASCII = 0x4000_0000;

/**
 * Decodes the bytes from `start` to `end` into `room`, which has space for `mostDecoded` of them.
 * Returns the number of bytes, marked where they are not ASCII, or INVALID.
 */
export function decodeHuffman(
  bytes: Uint8Array,
  start: number,
  end: number,
  room: Uint8Array,
): number {
  const table = (steps ??= buildSteps());
  let state = 0;
  let seen = 0;
  let count = 0;
  for (let at = start; at < end; at++) {
    const step = table[(state << 8) | (bytes[at] ?? 0)] ?? 0;
    room[count] = step;
    room[count + 1] = step >>> 8;
    count += (step >>> COUNT_SHIFT) & 3;
    seen |= step;
    state = step >>> STATE_SHIFT;
  }
  if ((seen & FAILS) !== 0 || ends[state] === 0) return INVALID;
  return (seen & HIGH) === 0 ? count : count | NOT_ASCII;
}

/**
 * The bytes that the text takes in Huffman code, or -1 where it holds a character that is no byte.
 */
export function huffmanBytes(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return -1;
    bits += codeLengths[code] ?? 0;
  }
  return (bits + 7) >>> 3;
}

/** Bits of a code that fit behind those that wait. */
const MOST_AT_ONCE = 23;

/** Writes the text in Huffman code, padded with ones; returns the place behind it. */
export function putHuffman(room: Uint8Array, start: number, text: string): number {
  let at = start;
  /** Fewer than 8 bits wait when a code comes. */
  let bits = 0;
  let waiting = 0;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index);
    const length = codeLengths[symbol] ?? 0;
    const code = codes[symbol] ?? 0;
    if (length > MOST_AT_ONCE) {
      // The upper part first: what waits and what comes have to fit in 31 bits.
      bits = (bits << (length - 16)) | (code >>> 16);
      waiting += length - 16;
      if (waiting >= 8) {
        waiting -= 8;
        room[at++] = bits >>> waiting;
        bits &= (1 << waiting) - 1;
      }
      bits = (bits << 16) | (code & 0xffff);
      waiting += 16;
    } else {
      bits = (bits << length) | code;
      waiting += length;
    }
    while (waiting >= 8) {
      waiting -= 8;
      room[at++] = bits >>> waiting;
    }
    bits &= (1 << waiting) - 1;
  }
  if (waiting > 0) room[at++] = (bits << (8 - waiting)) | (0xff >>> waiting);
  return at;
}

function canonicalCodes(): Uint32Array {
  const result = new Uint32Array(SYMBOLS);
  let code = 0;
  for (let length = SHORTEST_CODE; length <= LONGEST_CODE; length++) {
    for (let symbol = 0; symbol < SYMBOLS; symbol++)
      if (codeLengths[symbol] === length) result[symbol] = code++;
    code *= 2;
  }
  return result;
}

/** A byte further from each inner node of the code's tree. */
function buildSteps(): Int32Array {
  const children = codeTree();
  const result = new Int32Array(256 * 256);
  for (let place = 0; place < result.length; place++) {
    let node = place >>> 8;
    let symbols = 0;
    let count = 0;
    let step = 0;
    for (let bit = 7; bit >= 0; bit--) {
      const child = children[node * 2 + ((place >>> bit) & 1)] ?? 0;
      node = child < 0 ? 0 : child;
      if (child === ~EOS) step = FAILS;
      else if (child < 0) symbols |= ~child << (8 * count++);
    }
    result[place] = step | symbols | (count << COUNT_SHIFT) | (node << STATE_SHIFT);
  }
  return result;
}

/** §5.2: at most seven bits of padding, all of them ones. */
function buildEnds(): Uint8Array {
  const children = codeTree();
  const result = new Uint8Array(256);
  for (let ones = 0, node = 0; ones <= 7; ones++) {
    result[node] = 1;
    node = children[node * 2 + 1] ?? 0;
  }
  return result;
}

/** The children of node n stand at 2n and 2n + 1: an inner node, or the complement of a symbol. */
function codeTree(): number[] {
  const children: number[] = [0, 0];
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const code = codes[symbol] ?? 0;
    let node = 0;
    for (let bit = (codeLengths[symbol] ?? 0) - 1; bit > 0; bit--) {
      const place = node * 2 + ((code >>> bit) & 1);
      let next = children[place] ?? 0;
      if (next === 0) {
        next = children.length / 2;
        children.push(0, 0);
        children[place] = next;
      }
      node = next;
    }
    children[node * 2 + (code & 1)] = ~symbol;
  }
  return children;
}

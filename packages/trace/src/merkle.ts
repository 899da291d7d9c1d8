// The tree of RFC 6962 §2.1 over the leaves of a log: its root stands for all of them in their order, and
// short proofs show that a leaf is in it, or that a later tree only added to an earlier one.

const HASH_BYTES = 32;

/** SHA-256 over bytes, given by the host. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export function leafHash(sha256: Sha256, frame: Uint8Array): Uint8Array {
  return sha256(joined(Uint8Array.of(0), frame));
}

export class MerkleTree {
  readonly #sha256: Sha256;
  /** Hashes of complete subtrees, by level; level 0 are the leaves. */
  readonly #levels: HashList[] = [new HashList()];

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  get size(): number {
    return this.#levels[0]?.count ?? 0;
  }

  /** @throws RangeError unless it is a hash of 32 bytes. */
  append(leaf: Uint8Array): void {
    if (leaf.length !== HASH_BYTES) throw new RangeError(`leaf: expected ${HASH_BYTES} bytes`);
    let hash = leaf;
    for (let level = 0; ; level++) {
      const hashes = (this.#levels[level] ??= new HashList());
      hashes.push(hash);
      if (hashes.count % 2 === 1) return;
      hash = nodeHash(this.#sha256, hashes.at(hashes.count - 2), hash);
    }
  }

  /** The root of the first `size` leaves. */
  root(size: number = this.size): Uint8Array {
    check(size, this.size, "size");
    return size === 0 ? this.#sha256(new Uint8Array(0)) : this.#hash(0, size);
  }

  /** RFC 6962 §2.1.1: that the leaf is in the tree of the first `size`. */
  inclusionProof(index: number, size: number = this.size): Uint8Array[] {
    check(size, this.size, "size");
    check(index, size - 1, "index");
    return this.#path(index, 0, size);
  }

  /** RFC 6962 §2.1.2: that the tree of `later` leaves begins with that of `earlier`. */
  consistencyProof(earlier: number, later: number = this.size): Uint8Array[] {
    check(later, this.size, "later");
    check(earlier, later, "earlier");
    return earlier === 0 || earlier === later ? [] : this.#subproof(earlier, 0, later, true);
  }

  #path(index: number, from: number, to: number): Uint8Array[] {
    if (to - from === 1) return [];
    const middle = from + splitOf(to - from);
    return index < middle
      ? [...this.#path(index, from, middle), this.#hash(middle, to)]
      : [...this.#path(index, middle, to), this.#hash(from, middle)];
  }

  #subproof(earlier: number, from: number, to: number, isWhole: boolean): Uint8Array[] {
    if (earlier === to) return isWhole ? [] : [this.#hash(from, to)];
    const middle = from + splitOf(to - from);
    return earlier <= middle
      ? [...this.#subproof(earlier, from, middle, isWhole), this.#hash(middle, to)]
      : [...this.#subproof(earlier, middle, to, false), this.#hash(from, middle)];
  }

  /** The hash of the leaves from `from` to before `to`. */
  #hash(from: number, to: number): Uint8Array {
    const count = to - from;
    const level = Math.log2(count);
    const complete = Number.isInteger(level) ? this.#levels[level] : undefined;
    const place = from / count;
    if (complete !== undefined && Number.isInteger(place) && place < complete.count)
      return complete.at(place);
    const middle = from + splitOf(count);
    return nodeHash(this.#sha256, this.#hash(from, middle), this.#hash(middle, to));
  }
}

/** Whether a proof shows that the leaf stands at that place of the tree with that root. */
export function verifyInclusion(
  sha256: Sha256,
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [place, last] = [index, size - 1];
  let hash = leaf;
  for (const one of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sha256, one, hash);
      while (place % 2 === 0 && place !== 0) {
        place = Math.floor(place / 2);
        last = Math.floor(last / 2);
      }
    } else hash = nodeHash(sha256, hash, one);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && areEqual(hash, root);
}

/** Whether a proof shows that the later tree begins with the earlier one. */
export function verifyConsistency(
  sha256: Sha256,
  earlier: number,
  later: number,
  earlierRoot: Uint8Array,
  laterRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!(earlier >= 0 && earlier <= later)) return false;
  if (earlier === later) return proof.length === 0 && areEqual(earlierRoot, laterRoot);
  if (earlier === 0) return proof.length === 0;
  const isPower = (earlier & (earlier - 1)) === 0;
  const [first, ...rest] = isPower ? [earlierRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [place, last] = [earlier - 1, later - 1];
  while (place % 2 === 1) {
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  let [old, young] = [first, first];
  for (const one of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      old = nodeHash(sha256, one, old);
      young = nodeHash(sha256, one, young);
      while (place % 2 === 0 && place !== 0) {
        place = Math.floor(place / 2);
        last = Math.floor(last / 2);
      }
    } else young = nodeHash(sha256, young, one);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && areEqual(old, earlierRoot) && areEqual(young, laterRoot);
}

/** In a time that does not depend on where they differ. */
export function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Hashes side by side. */
class HashList {
  #bytes = new Uint8Array(HASH_BYTES);
  count = 0;

  push(hash: Uint8Array): void {
    const end = this.count * HASH_BYTES;
    if (end === this.#bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(hash, end);
    this.count++;
  }

  at(place: number): Uint8Array {
    return this.#bytes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
  }
}

/** Two hashes behind a byte that says what they are; nothing stays in it. */
const pair: Uint8Array = /* @__PURE__ */ new Uint8Array(1 + 2 * HASH_BYTES);

/** The hash of two hashes, told apart from others by a byte before them. */
export function pairHash(
  sha256: Sha256,
  tag: number,
  left: Uint8Array,
  right: Uint8Array,
): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    return sha256(joined(Uint8Array.of(tag), left, right));
  pair[0] = tag;
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return pairHash(sha256, 1, left, right);
}

/** The largest power of two below the count. */
function splitOf(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function check(value: number, most: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > most)
    throw new RangeError(`${name}: expected a whole number up to ${most}`);
}

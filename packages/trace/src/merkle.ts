// The tree of RFC 6962 §2.1 over the leaves of a log: its root stands for all of them in their order, and
// short proofs show that a leaf is in it, or that a later tree only added to an earlier one.

const HASH_BYTES = 32;

/** SHA-256 over bytes, given by the host. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export function leafHash(sha256: Sha256, frame: Uint8Array): Uint8Array {
  const leaf = new Uint8Array(1 + frame.length);
  leaf.set(frame, 1);
  return sha256(leaf);
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
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![leaf, root, ...proof].every(isHash)) return false;
  const climb = new Climb(index, size - 1);
  let hash = leaf;
  for (const one of proof) {
    if (climb.isOver) return false;
    hash = climb.up() ? nodeHash(sha256, one, hash) : nodeHash(sha256, hash, one);
  }
  return climb.isOver && areEqual(hash, root);
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
  if (!isCount(earlier) || !isCount(later) || earlier > later) return false;
  if (![earlierRoot, laterRoot, ...proof].every(isHash)) return false;
  if (earlier === later) return proof.length === 0 && areEqual(earlierRoot, laterRoot);
  if (earlier === 0) return proof.length === 0;
  const [first, ...rest] = isPowerOfTwo(earlier) ? [earlierRoot, ...proof] : proof;
  if (first === undefined) return false;
  const climb = new Climb(earlier - 1, later - 1);
  climb.skipComplete();
  let [old, young] = [first, first];
  for (const one of rest) {
    if (climb.isOver) return false;
    if (climb.up()) {
      old = nodeHash(sha256, one, old);
      young = nodeHash(sha256, one, young);
    } else young = nodeHash(sha256, young, one);
  }
  return climb.isOver && areEqual(old, earlierRoot) && areEqual(young, laterRoot);
}

/** The way from a leaf to the root, a level for each hash of a proof (RFC 9162 §2.1.3.2, §2.1.4.2). */
class Climb {
  #place: number;
  #last: number;

  constructor(place: number, last: number) {
    this.#place = place;
    this.#last = last;
  }

  get isOver(): boolean {
    return this.#last === 0;
  }

  /** One level up; whether the hash of the proof stands at the left there. */
  up(): boolean {
    const isLeft = this.#place % 2 === 1 || this.#place === this.#last;
    if (isLeft) while (this.#place % 2 === 0 && this.#place !== 0) this.#halve();
    this.#halve();
    return isLeft;
  }

  /** Past the subtrees of the earlier tree that are complete. */
  skipComplete(): void {
    while (this.#place % 2 === 1) this.#halve();
  }

  #halve(): void {
    this.#place = Math.floor(this.#place / 2);
    this.#last = Math.floor(this.#last / 2);
  }
}

/** In a time that does not depend on where they differ. */
export function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
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

/** The hash of two hashes of 32 bytes, told apart from others by a byte before them. */
export function pairHash(
  sha256: Sha256,
  tag: number,
  left: Uint8Array,
  right: Uint8Array,
): Uint8Array {
  pair[0] = tag;
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return pairHash(sha256, 1, left, right);
}

function isHash(hash: Uint8Array): boolean {
  return hash.length === HASH_BYTES;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
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

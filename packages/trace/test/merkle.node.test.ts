// RFC 6962 §2.1: roots and proofs.

import { leafHash, MerkleTree, verifyConsistency, verifyInclusion } from "@wirewall/trace";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The leaves whose roots are published. */
const LEAVES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((leaf) => Buffer.from(leaf, "hex"));

function treeOf(leaves: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree(sha256);
  for (const leaf of leaves) tree.append(leafHash(sha256, leaf));
  return tree;
}

/** Every proof with one bit of one hash changed, and each with one hash less or more. */
function* broken(proof: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (const [at, hash] of proof.entries()) {
    const other = Uint8Array.from(hash);
    other[at % other.length] = (other[at % other.length] ?? 0) ^ (1 << (at % 8));
    yield proof.map((one, place) => (place === at ? other : one));
  }
  if (proof.length > 0) yield proof.slice(1);
  yield [...proof, new Uint8Array(32)];
  yield [...proof.slice(0, -1), new Uint8Array(33)];
  yield [...proof, new Uint8Array(0)];
}

describe("row: R9 RFC 6962 §2.1 roots", () => {
  it.each([
    [0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    [1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
    [3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
    [8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
  ])("of %i leaves", (size, root) => {
    expect(hex(treeOf(LEAVES).root(size))).toBe(root);
    expect(hex(treeOf(LEAVES.slice(0, size)).root())).toBe(root);
  });
});

describe("row: R9 RFC 6962 §2.1.1, §2.1.2 proofs", () => {
  const leaves = Array.from({ length: 64 }, (_, at) => Uint8Array.of(at));
  const tree = treeOf(leaves);

  it("of every leaf in every tree up to 64, and none of them with a bit changed", () => {
    for (let size = 1; size <= 64; size++)
      for (let index = 0; index < size; index++) {
        const proof = tree.inclusionProof(index, size);
        const leaf = leafHash(sha256, leaves[index] ?? new Uint8Array(0));
        const root = tree.root(size);
        expect(verifyInclusion(sha256, index, size, leaf, proof, root)).toBe(true);
        const lies = [...broken(proof)].filter((one) =>
          verifyInclusion(sha256, index, size, leaf, one, root),
        );
        expect(lies).toEqual([]);
        if (size > 1)
          expect(verifyInclusion(sha256, (index + 1) % size, size, leaf, proof, root)).toBe(false);
      }
  });

  it("of every tree up to 64 in every later one, and none of them with a bit changed", () => {
    for (let later = 0; later <= 64; later++)
      for (let earlier = 0; earlier <= later; earlier++) {
        const proof = tree.consistencyProof(earlier, later);
        const roots = [tree.root(earlier), tree.root(later)] as const;
        expect(verifyConsistency(sha256, earlier, later, ...roots, proof)).toBe(true);
        if (earlier === 0) continue;
        const lies = [...broken(proof)].filter((one) =>
          verifyConsistency(sha256, earlier, later, ...roots, one),
        );
        expect(lies).toEqual([]);
        if (earlier < later)
          expect(verifyConsistency(sha256, earlier, later, roots[1], roots[1], proof)).toBe(false);
      }
  });
});

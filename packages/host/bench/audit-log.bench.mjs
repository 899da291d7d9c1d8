// What the chain, the tree and the signatures cost over hashing and writing the same bytes.

export const plan = {
  title: "audit log in batches of 1,000 entries, per entry",
  kind: "codec",
  unit: "us/entry",
  inputs: new URL("audit-lines.mjs", import.meta.url),
  comparisons: [
    {
      peer: "hash and write",
      ours: new URL("audit-log.mjs", import.meta.url),
      theirs: new URL("plain-log.mjs", import.meta.url),
      goal: 0.5,
    },
  ],
};

// Secrets by name and shape anywhere in a log object of 1 MB.

export const plan = {
  title: "patterns in all texts of a 1 MB log object, to JSON",
  kind: "tasks",
  unit: "us/record",
  rounds: 9,
  comparisons: [
    {
      peer: "regex-walk",
      ours: new URL("patterns.mjs", import.meta.url),
      theirs: new URL("../../../tools/bench/peers/regex-walk.mjs", import.meta.url),
      goal: 5,
    },
  ],
};

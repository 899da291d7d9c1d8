// A parser with itself, which has to read everything twice: a measuring that finds less than 1.8 or
// more than 2.2 is not to be trusted.

export const plan = {
  title: "control, about 2: a parser",
  kind: "codec",
  unit: "us/message",
  roundMs: 100,
  inputs: new URL("inputs.mjs", import.meta.url),
  comparisons: [
    {
      peer: "itself, twice",
      ours: new URL("../peers/http-parser-js.mjs", import.meta.url),
      theirs: new URL("twice.mjs", import.meta.url),
    },
  ],
};

// A parser with itself: what comes out other than 1 is the error of the measuring.

const peer = new URL("../peers/http-parser-js.mjs", import.meta.url);

export const plan = {
  title: "control, about 1: a parser",
  kind: "codec",
  unit: "us/message",
  roundMs: 100,
  inputs: new URL("inputs.mjs", import.meta.url),
  comparisons: [
    {
      peer: "itself",
      ours: new URL("?ours", peer),
      theirs: peer,
    },
  ],
};

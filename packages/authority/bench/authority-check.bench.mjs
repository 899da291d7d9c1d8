// What a decision costs beside the parsing that everybody does: of two parsings, one is the price that it may have.

const peer = (name) => new URL(`../../../tools/bench/peers/${name}.mjs`, import.meta.url);

export const plan = {
  title: "a fetch is judged by a grant of 1,000 origins, against parsing its URL twice",
  kind: "tasks",
  unit: "us/decision",
  rounds: 15,
  comparisons: [
    {
      peer: "url-twice",
      ours: new URL("judge-fetch.mjs", import.meta.url),
      theirs: peer("url-twice"),
      goal: 1,
    },
  ],
};

// A step in the lab against a bare turn of the event loop.

const here = (name) => new URL(`${name}.mjs`, import.meta.url);

export const plan = {
  title: "a step of a task in the lab, all oracles on",
  kind: "tasks",
  unit: "us/step",
  rounds: 15,
  comparisons: [
    {
      peer: "macrotask",
      ours: here("lab-step"),
      theirs: here("../../../tools/bench/peers/macrotask"),
      goal: 1 / 3,
    },
  ],
};

// effection: a task is spawned and waited for.

import { call, run, spawn } from "effection";

const one = () => 1;

export function create() {
  return {
    batch: (count) =>
      run(function* () {
        let sum = 0;
        for (let n = 0; n < count; n++) sum += yield* yield* spawn(() => call(one));
        return sum;
      }),
  };
}

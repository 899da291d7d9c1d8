// Effect: a fiber is forked and joined.

import { Effect, Fiber } from "effect";

const work = Effect.sync(() => 1);

export function create() {
  return {
    batch: (count) =>
      Effect.runPromise(
        Effect.gen(function* () {
          let sum = 0;
          for (let n = 0; n < count; n++) sum += yield* Fiber.join(yield* Effect.forkChild(work));
          return sum;
        }),
      ),
  };
}

// Effect: a scope is opened, runs a finalizer, and is closed.

import { Effect } from "effect";

export function create() {
  return {
    async batch(count) {
      let sum = 0;
      const once = Effect.scoped(Effect.addFinalizer(() => Effect.sync(() => void sum++)));
      await Effect.runPromise(
        Effect.gen(function* () {
          for (let n = 0; n < count; n++) yield* once;
        }),
      );
      return sum;
    },
  };
}

// Effect: a value goes from one fiber to another through a bounded queue with room for 16.

import { Effect, Fiber, Queue } from "effect";

export function create() {
  return {
    batch: (count) =>
      Effect.runPromise(
        Effect.gen(function* () {
          let sum = 0;
          const queue = yield* Queue.bounded(16);
          const sending = yield* Effect.forkChild(
            Effect.gen(function* () {
              for (let n = 0; n < count; n++) yield* Queue.offer(queue, 1);
            }),
          );
          for (let n = 0; n < count; n++) sum += yield* Queue.take(queue);
          yield* Fiber.join(sending);
          return sum;
        }),
      ),
  };
}

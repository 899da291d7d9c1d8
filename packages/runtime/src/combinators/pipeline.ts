// Many values through the same work, with a bound on what is under way.

import { Channel } from "../primitives/channel.js";
import type { Cx } from "../cx.js";

export type Stage = (cx: Cx, value: unknown) => Promise<unknown> | unknown;

/**
 * Each value goes through all stages, each stage handles one at a time, and between two of them at most
 * `capacity` wait. The results are in the order of the values.
 */
export async function pipeline(
  cx: Cx,
  values: Iterable<unknown>,
  stages: readonly Stage[],
  capacity = 1,
): Promise<unknown[]> {
  const results: unknown[] = [];
  await cx.withRegion({}, (region) => {
    let from = new Channel<unknown>(capacity);
    region.spawn(feeding(values, from));
    for (const stage of stages) {
      const to = new Channel<unknown>(capacity);
      region.spawn(working(stage, from, to));
      from = to;
    }
    region.spawn(collecting(from, results));
  });
  return results;
}

/** A value may be undefined itself. */
interface Item {
  readonly value: unknown;
}

function feeding(values: Iterable<unknown>, to: Channel<unknown>) {
  return async (cx: Cx): Promise<void> => {
    for (const value of values) await to.send(cx, { value } satisfies Item);
    to.close(cx);
  };
}

function working(stage: Stage, from: Channel<unknown>, to: Channel<unknown>) {
  return async (cx: Cx): Promise<void> => {
    for (;;) {
      const item = (await from.receive(cx)) as Item | undefined;
      if (item === undefined) break;
      await to.send(cx, { value: await stage(cx, item.value) } satisfies Item);
    }
    to.close(cx);
  };
}

function collecting(from: Channel<unknown>, results: unknown[]) {
  return async (cx: Cx): Promise<void> => {
    for (;;) {
      const item = (await from.receive(cx)) as Item | undefined;
      if (item === undefined) return;
      results.push(item.value);
    }
  };
}

export interface MapReduceOptions {
  /** At most so many are mapped at once. */
  readonly limit?: number;
}

/** Maps all, some at once, and folds the results in the order of the values. */
export async function mapReduce<A, B, C>(
  cx: Cx,
  values: Iterable<A>,
  map: (cx: Cx, value: A) => Promise<B> | B,
  reduce: (folded: C, mapped: B) => C,
  initial: C,
  { limit = 10 }: MapReduceOptions = {},
): Promise<C> {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError("limit: expected a whole number from 1");
  const left = values[Symbol.iterator]();
  const mapped: B[] = [];
  let taken = 0;
  const work = async (own: Cx): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      const at = taken++;
      mapped[at] = await map(own, next.value);
    }
  };
  await cx.withRegion({}, (region) => {
    for (let worker = 0; worker < limit; worker++) region.spawn(work);
  });
  let folded = initial;
  for (const value of mapped) folded = reduce(folded, value);
  return folded;
}

// §7: no combinator returns while a branch that it started is running.

import {
  type NoneOk,
  bracket,
  Bulkhead,
  CircuitBreaker,
  DomainError,
  firstOk,
  hedge,
  joinAll,
  quorum,
  race,
  retry,
  settleAll,
  timeout,
  type Cx,
  type Outcome,
} from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

interface Branch {
  readonly ms: number;
  readonly ends: "ok" | "err" | "panic";
  readonly cleanup: number;
}
const branches = fc.array(
  fc.record({
    ms: fc.nat(20),
    ends: fc.constantFrom("ok", "err", "panic"),
    cleanup: fc.nat(15),
  }) as fc.Arbitrary<Branch>,
  { minLength: 1, maxLength: 4 },
);

/** Runs the branches in a combinator; how many were still running when it was over. */
async function drained(
  all: readonly Branch[],
  combine: (cx: Cx, bodies: ((cx: Cx) => Promise<number>)[]) => Promise<unknown>,
): Promise<{ left: number; outcome: Outcome<unknown> | undefined }> {
  let live = 0;
  let left = -1;
  const { outcome } = await play(async (cx) => {
    const bodies = all.map(({ ms, ends, cleanup }, at) => async (own: Cx): Promise<number> => {
      live++;
      try {
        await own.sleep(ms);
        if (ends === "err") own.fail(`branch ${at}`);
        if (ends === "panic") throw new Error(`panic ${at}`);
        return at;
      } finally {
        await own.mask(() => own.sleep(cleanup));
        live--;
      }
    });
    try {
      return await combine(cx, bodies);
    } finally {
      left = live;
    }
  });
  return { left, outcome };
}

describe("row: R5 block: SEC-BLOCK-05 losers are drained", () => {
  it.each([
    ["race", race],
    ["joinAll", joinAll],
    ["settleAll", settleAll],
    ["firstOk", firstOk],
    ["quorum of 1", (cx, bodies) => quorum(cx, 1, bodies)],
    ["timeout", (cx, [body = async () => 0]) => timeout(cx, 10, body)],
    ["hedge", (cx, [one = async () => 0, two = one]) => hedge(cx, 5, one, two)],
  ] as [string, (cx: Cx, bodies: ((cx: Cx) => Promise<number>)[]) => Promise<unknown>][])(
    "%s: nothing runs when it is over, whatever the branches do and however long they clean up",
    async (_name, combine) => {
      await fc.assert(
        fc.asyncProperty(branches, async (all) => {
          const { left, outcome } = await drained(all, combine);
          expect(outcome).toBeDefined();
          expect(left).toBe(0);
        }),
        { numRuns: 40 },
      );
    },
  );

  it("they are drained too where the whole is cancelled", async () => {
    let live = 0;
    const { outcome } = await play(async (cx) => {
      const region = cx.region({ judged: true });
      const task = region.spawn((own) =>
        race(
          own,
          [1, 2].map(() => async (leaf: Cx) => {
            live++;
            try {
              await leaf.sleep(1_000);
            } finally {
              await leaf.mask(() => leaf.sleep(10));
              live--;
            }
          }),
        ),
      );
      await cx.sleep(5);
      task.cancel();
      const result = await task.outcome();
      const left = live;
      await region.close();
      return [left, result.type];
    });
    expect(outcome).toMatchObject({ value: [0, "cancelled"] });
  });
});

describe("row: R5 what they return", () => {
  it("race: the first to complete; the others were told raceLost", async () => {
    let reason: string | undefined;
    const { outcome } = await play((cx) =>
      race(cx, [
        (own) => own.sleep(5).then(() => "fast"),
        async (own) => {
          try {
            await own.sleep(50);
          } finally {
            reason = own.cancelReason?.kind;
          }
          return "slow";
        },
      ]),
    );
    expect([outcome, reason]).toEqual([{ type: "ok", value: "fast" }, "raceLost"]);
  });

  it("race: a panic of a loser surfaces", async () => {
    const { outcome } = await play((cx) =>
      race(cx, [
        (own) => own.sleep(5),
        async (own) => {
          await own.sleep(50).catch(() => {});
          throw new Error("loser");
        },
      ]),
    );
    expect(outcome).toMatchObject({ type: "panicked", error: new Error("loser") });
  });

  it("timeout: nested ones are the least of both", async () => {
    const { outcome } = await play(async (cx) => {
      const begun = cx.now();
      const slow = timeout(cx, 30, (own) => timeout(own, 10, (deep) => deep.sleep(1_000)));
      const error = await slow.catch((thrown: { reason: { kind: string } }) => thrown.reason.kind);
      return [error, cx.now() - begun, await timeout(cx, 5, () => "in time")];
    });
    expect(outcome).toMatchObject({ value: ["timeout", 10_000, "in time"] });
  });

  it("joinAll: values in order, and the severest failure", async () => {
    const { outcome } = await play(async (cx) => {
      const values = await joinAll(cx, [(own) => own.sleep(5).then(() => "a"), () => "b"]);
      const error = await joinAll(cx, [
        (own) => own.fail("foreseen"),
        () => Promise.reject(new TypeError("not")),
      ]).catch((thrown: Error) => thrown.name);
      return [values, error, await joinAll(cx, [])];
    });
    expect(outcome).toMatchObject({ value: [["a", "b"], "TypeError", []] });
  });

  it("quorum: the first so many that are ok, or all errors when that cannot be", async () => {
    const { outcome } = await play(async (cx) => {
      const after = (ms: number) => (own: Cx) => own.sleep(ms).then(() => ms);
      const bad = (own: Cx): never => own.fail("bad");
      const two = await quorum(cx, 2, [after(9), after(3), bad, after(6)]);
      const none = await quorum(cx, 2, [after(9), bad, bad]).catch((error: object) => ({
        ...error,
      }));
      const wrong = await quorum(cx, 0, [bad]).catch((error: { code: string }) => error.code);
      return [two, none, wrong];
    });
    expect(outcome).toMatchObject({
      value: [
        [3, 6],
        { code: "INSUFFICIENT_SUCCESSES", required: 2, total: 3, achieved: 0 },
        "INVALID_QUORUM",
      ],
    });
  });

  it("firstOk: one after the other, and all errors if none is", async () => {
    const { outcome } = await play(async (cx) => {
      const bad = (own: Cx): never => own.fail("bad");
      const good = await firstOk(cx, [bad, () => 2, () => 3]);
      const none = await firstOk(cx, [bad, bad]).catch((error: NoneOk) => error.errors.length);
      return [good, none];
    });
    expect(outcome).toMatchObject({ value: [2, 2] });
  });

  it("bracket: release runs once if acquire gave something, also where use was cancelled", async () => {
    const released: string[] = [];
    await play(async (cx) => {
      const region = cx.region({ judged: true, onFailure: "collect" });
      const use = (ms: number, acquired: boolean) =>
        region.spawn((own) =>
          bracket(
            own,
            (inner) => (acquired ? `${ms}` : inner.fail("none")),
            (inner) => inner.sleep(ms),
            async (inner, name) => {
              await inner.sleep(3);
              released.push(name);
            },
          ),
        );
      const [, long] = [use(1, true), use(1_000, true), use(1, false)];
      await cx.sleep(10);
      long.cancel();
      await region.close();
    });
    expect(released).toEqual(["1", "1000"]);
  });
});

describe("row: R5 policies", () => {
  it("retry: three tries, waiting longer each time, and the last error", async () => {
    let tries = 0;
    const { outcome } = await play(async (cx) => {
      const begun = cx.now();
      const error = await retry(
        cx,
        () => {
          tries++;
          throw new DomainError(`try ${tries}`);
        },
        { jitter: 0 },
      ).catch((thrown: Error) => thrown.message);
      return [error, tries, cx.now() - begun];
    });
    expect(outcome).toMatchObject({ value: ["try 3", 3, 300_000] });
  });

  it("circuit breaker: opens after failures, probes after a while, closes after successes", async () => {
    const { outcome } = await play(async (cx) => {
      const breaker = new CircuitBreaker({ failures: 2, openMs: 50, successes: 2 });
      const states: string[] = [];
      const ask = async (isOk: boolean): Promise<void> => {
        const said = await breaker
          .use(cx, () => (isOk ? "ok" : Promise.reject(new Error("down"))))
          .catch((error: { code?: string }) => error.code ?? "down");
        states.push(`${said} ${breaker.state}`);
      };
      await ask(false);
      await ask(false);
      await ask(true);
      await cx.sleep(60);
      await ask(true);
      await ask(true);
      await ask(true);
      return states;
    });
    expect(outcome).toMatchObject({
      value: [
        "down closed",
        "down open",
        "LIMIT_REACHED open",
        "ok open",
        "ok closed",
        "ok closed",
      ],
    });
  });

  it("bulkhead: refuses what its queue has no room for", async () => {
    const { outcome } = await play(async (cx) => {
      const bulkhead = new Bulkhead(1, 1);
      const region = cx.region({ judged: true, onFailure: "collect" });
      const tasks = [1, 2, 3].map(() =>
        region.spawn(async (own) => bulkhead.use(own, () => own.sleep(5))),
      );
      const types: string[] = [];
      for (const task of tasks) types.push((await task.outcome()).type);
      await region.close();
      return types;
    });
    expect(outcome).toMatchObject({ value: ["ok", "ok", "err"] });
  });
});

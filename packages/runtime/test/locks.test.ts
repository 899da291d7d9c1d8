// §6: turns that need more than one permit, readers and a writer, waits that end by themselves.

import { Bulkhead, LimitReached, Pool, RwLock, Semaphore, type Cx } from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

const quiet = { judged: true, onFailure: "collect" } as const;

describe("row: R3 a semaphore with weights", () => {
  it("never gives more than there is, serves in order, and has all again in the end", async () => {
    const wishes = fc.array(
      fc.record({ count: fc.integer({ min: 1, max: 5 }), ms: fc.nat(3), cancelAt: fc.nat(15) }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(wishes, async (all) => {
        let held = 0;
        let most = 0;
        const served: number[] = [];
        const { outcome } = await play(async (cx) => {
          const semaphore = new Semaphore(5);
          await cx.withRegion(quiet, (region) => {
            for (const [at, { count, ms, cancelAt }] of all.entries()) {
              const user = region.spawn((own) =>
                semaphore.use(
                  own,
                  async () => {
                    // One who is asked to stop runs before others whose turn has come as well.
                    if (cancelAt >= 10) served.push(at);
                    held += count;
                    most = Math.max(most, held);
                    try {
                      await own.sleep(ms);
                    } finally {
                      held -= count;
                    }
                  },
                  { count },
                ),
              );
              if (cancelAt < 10)
                region.spawn(async (own) => {
                  await own.sleep(cancelAt);
                  user.cancel();
                });
            }
          });
          return [semaphore.available, semaphore.waiting];
        });
        expect(most).toBeLessThanOrEqual(5);
        const order = served.toSorted((left, right) => left - right);
        expect([outcome, served]).toEqual([{ type: "ok", value: [5, 0] }, order]);
      }),
    );
  });

  it("who needs much is not overtaken; when it leaves, who needs little has its turn", async () => {
    const { outcome } = await play(async (cx) => {
      const semaphore = new Semaphore(2);
      const first = await semaphore.acquire(cx);
      const seen: unknown[] = [];
      await cx.withRegion(quiet, async (region, inner) => {
        const big = region.spawn((own) => semaphore.use(own, () => {}, { count: 2 }));
        region.spawn((own) => semaphore.use(own, () => void seen.push("small")));
        await inner.sleep(1);
        seen.push(semaphore.tryAcquire(inner));
        big.cancel();
        await inner.sleep(1);
        seen.push(semaphore.available);
      });
      first.release();
      return seen;
    });
    expect(outcome).toMatchObject({ value: [undefined, "small", 1] });
  });

  it.each([0, 6, 1.5])("%d permits cannot be asked for", async (count) => {
    const { outcome } = await play((cx) => new Semaphore(5).acquire(cx, { count }));
    expect(outcome).toMatchObject({ type: "panicked", error: { name: "RangeError" } });
  });
});

describe("row: R3 waits that end", () => {
  const busy = async (cx: Cx, ms: number): Promise<unknown[]> => {
    const semaphore = new Semaphore(1);
    return cx.withRegion(quiet, async (region) => {
      region.spawn((own) => semaphore.use(own, () => own.sleep(100)));
      const late = region.spawn((own) => semaphore.use(own, () => {}, { withinMs: ms }));
      return [await late.outcome(), semaphore.waiting, region.cx.now()];
    });
  };

  it("a turn that does not come in time is given up", async () => {
    const { outcome } = await play((cx) => busy(cx, 20));
    expect(outcome).toMatchObject({
      value: [{ type: "err", error: { code: "TIMED_OUT" } }, 0, 20_000],
    });
  });

  it("a turn that comes in time is had", async () => {
    const { outcome } = await play((cx) => busy(cx, 200));
    expect(outcome).toMatchObject({ value: [{ type: "ok" }, 0, 100_000] });
  });

  it("a pool is not waited for longer than 30 s, a bulkhead not longer than 5 s", async () => {
    const { outcome } = await play(async (cx) => {
      const pool = new Pool({ size: 1, make: () => 1 });
      const bulkhead = new Bulkhead(1);
      const ends: number[] = [];
      await cx.withRegion(quiet, (region) => {
        region.spawn((own) => pool.use(own, () => own.sleep(50_000)));
        region.spawn((own) => bulkhead.use(own, () => own.sleep(50_000)));
        const timed = (use: (own: Cx) => Promise<unknown>) =>
          region.spawn(async (own) => {
            const error = await use(own).catch((caught: unknown) => caught);
            ends.push((error as { code: string }).code === "TIMED_OUT" ? own.now() : -1);
          });
        timed((own) => pool.use(own, () => {}));
        timed((own) => bulkhead.use(own, () => {}));
      });
      return ends;
    });
    expect(outcome).toMatchObject({ value: [5_000_000, 30_000_000] });
  });
});

describe("row: R3 readers and a writer", () => {
  it("never both, never two writers, and readers that come after a writer wait for it", async () => {
    const users = fc.array(fc.record({ writes: fc.boolean(), at: fc.nat(4), ms: fc.nat(4) }), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(users, async (all) => {
        let readers = 0;
        let writers = 0;
        let mixed = 0;
        await play((cx) => {
          const lock = new RwLock();
          for (const { writes, at, ms } of all)
            cx.spawn(async (own) => {
              await own.sleep(at);
              const permit = await (writes ? lock.write(own) : lock.read(own));
              if (writes) writers++;
              else readers++;
              if (writers > 1 || (writers > 0 && readers > 0)) mixed++;
              await own.sleep(ms);
              if (writes) writers--;
              else readers--;
              permit.release();
            });
        });
        expect([mixed, readers, writers]).toEqual([0, 0, 0]);
      }),
    );
  });

  it("two read at once, and a reader behind a writer waits", async () => {
    const { outcome } = await play(async (cx) => {
      const lock = new RwLock();
      const seen: string[] = [];
      const use = (name: "read" | "write") => async (own: Cx) => {
        const permit = await lock[name](own);
        seen.push(`${name} ${own.now() / 1_000}`);
        await own.sleep(10);
        permit.release();
      };
      await cx.withRegion({}, (region) => {
        for (const name of ["read", "read", "write", "read"] as const) region.spawn(use(name));
      });
      return seen;
    });
    expect(outcome).toMatchObject({ value: ["read 0", "read 0", "write 10", "read 20"] });
  });
});

describe("row: R3 limits of a region", () => {
  it("obligations: the one too many is refused, and its permit is free for others", async () => {
    const { outcome } = await play(async (cx) => {
      const semaphore = new Semaphore(3);
      const refused = await cx.withRegion({ ...quiet, limits: { maxObligations: 1 } }, (region) =>
        region
          .spawn(async (own) => {
            const permit = await semaphore.acquire(own);
            const error: unknown = await semaphore.acquire(own).catch((caught: unknown) => caught);
            permit.release();
            return error instanceof LimitReached ? { ...error } : error;
          })
          .outcome(),
      );
      return [refused, semaphore.available];
    });
    expect(outcome).toMatchObject({
      value: [{ type: "ok", value: { kind: "obligations", limit: 1, live: 1 } }, 3],
    });
  });
});

// §12, blocking "queued": that a task arrives and that its turn comes are two events, so that the queues of
// the primitives themselves are run in every order.

import { search, sweep, type LabOptions } from "@wirewall/lab";
import { Barrier, Channel, Mutex, Notify, Semaphore, type Cx } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";

const queued: LabOptions = { blocking: "queued" };
const quiet = { judged: true, onFailure: "collect" } as const;

/** n tasks acquire one lock, yield, and release it. */
const fifoLock = (n: number) => (cx: Cx) => {
  const mutex = new Mutex();
  for (let at = 0; at < n; at++) cx.spawn((own) => mutex.use(own, () => own.yield()));
};

describe("row: R8 block: SEC-BLOCK-05 counts of queues", () => {
  it.each([
    [2, 4],
    [3, 30],
    [4, 336],
    [5, 5_040],
  ])("fifoLock(%i): n!·Catalan(n) = %i", async (n, traces) => {
    const found = await search(fifoLock(n), queued);
    expect(found).toMatchObject({ traces, complete: true, violations: [], deadlocks: 0 });
  });
});

describe("row: R3 the queues of the primitives in every order", () => {
  it("a semaphore whose waiters are cancelled at any time: every permit comes back", async () => {
    const found = await search(async (cx) => {
      const semaphore = new Semaphore(2);
      await cx.withRegion(quiet, (region) => {
        const [first] = [2, 1].map((count) =>
          region.spawn((own) => semaphore.use(own, () => own.yield(), { count })),
        );
        region.spawn(() => void first?.cancel());
      });
      if (semaphore.available !== 2 || semaphore.waiting !== 0) throw new Error("a permit is lost");
    }, queued);
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect(found.executions).toBeGreaterThan(5);
  });

  it("a channel whose sender is cancelled at any time: no value and no room is lost", async () => {
    const found = await search(async (cx) => {
      const channel = new Channel<number>(1);
      let sent = 0;
      let received = 0;
      await cx.withRegion(quiet, (region) => {
        const [first] = [0, 1].map((value) =>
          region.spawn(async (own) => {
            const permit = await channel.reserve(own);
            permit.send(value);
            sent++;
          }),
        );
        region.spawn(async (own) => {
          await channel.receive(own);
          received++;
        });
        region.spawn(() => void first?.cancel());
      });
      if (channel.size !== sent - received) throw new Error("a value is lost");
      if (channel.size === 0) channel.tryReserve(cx).abort();
    }, queued);
    expect(found).toMatchObject({ complete: true, violations: [] });
  });

  it("a barrier and notifications wake whom they have to", async () => {
    const { failure } = await sweep(
      async (cx) => {
        const barrier = new Barrier(2);
        const notify = new Notify();
        let woken = 0;
        await cx.withRegion({}, (region) => {
          for (let n = 0; n < 2; n++)
            region.spawn(async (own) => {
              await barrier.arrive(own);
              await notify.wait(own);
              woken++;
            });
          region.spawn(async (own) => {
            await own.sleep(1);
            notify.notifyOne(own);
            notify.notifyOne(own);
          });
        });
        if (woken !== 2) throw new Error(`${woken} were woken`);
      },
      200,
      queued,
    );
    expect(failure?.violation).toBeUndefined();
  });
});

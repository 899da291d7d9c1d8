// §6: whoever waits is served in turn; whoever is cancelled leaves the queue, and loses nothing of others.

import {
  Barrier,
  Channel,
  Mutex,
  Notify,
  Once,
  Oneshot,
  Pool,
  Semaphore,
  Watch,
  type Cx,
} from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

const quiet = { judged: true, onFailure: "collect" } as const;

describe("row: R3 channel", () => {
  it("any senders and receivers, some cancelled: what was sent is received once and in order", async () => {
    const plan = fc.record({
      capacity: fc.integer({ min: 1, max: 3 }),
      senders: fc.array(fc.record({ count: fc.nat(5), cancelAt: fc.nat(12) }), { maxLength: 4 }),
      receivers: fc.array(fc.record({ ms: fc.nat(3), cancelAt: fc.nat(12) }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ capacity, senders, receivers }) => {
        const sent: string[] = [];
        const received: string[] = [];
        const { outcome } = await play(async (cx) => {
          const channel = new Channel<string>(capacity);
          const region = cx.region(quiet);
          const stop = (task: { cancel(): boolean }, ms: number): void => {
            if (ms < 10)
              region.spawn(async (own) => {
                await own.sleep(ms);
                task.cancel();
              });
          };
          const sending = senders.map(({ count, cancelAt }, id) => {
            const task = region.spawn(async (own) => {
              for (let n = 0; n < count; n++) {
                const permit = await channel.reserve(own);
                permit.send(`${id}.${n}`);
                sent.push(`${id}.${n}`);
                await own.sleep(1);
              }
            });
            stop(task, cancelAt);
            return task;
          });
          for (const { ms, cancelAt } of receivers)
            stop(
              region.spawn(async (own) => {
                for (;;) {
                  const value = await channel.receive(own);
                  if (value === undefined) return;
                  received.push(value);
                  await own.sleep(ms);
                }
              }),
              cancelAt,
            );
          const last = region.spawn(async (own) => {
            await own.sleep(100);
            for (;;) {
              const value = await channel.receive(own);
              if (value === undefined) return;
              received.push(value);
            }
          });
          for (const task of sending) await task.outcome();
          channel.close();
          await last.outcome();
          await region.close();
        });
        expect(outcome?.type).toBe("ok");
        expect(received).toEqual(sent);
      }),
      { numRuns: 60 },
    );
  });

  it("is closed for senders at once, and for receivers when it is empty", async () => {
    const { outcome } = await play(async (cx) => {
      const channel = new Channel<number>(2);
      await channel.send(cx, 1);
      channel.close();
      const refused = await channel.send(cx, 2).catch((error: { code: string }) => error.code);
      return [refused, await channel.receive(cx), await channel.receive(cx)];
    });
    expect(outcome).toMatchObject({ value: ["DISCONNECTED", 1, undefined] });
  });

  it("tryReserve says FULL, and counts permits that are not used", async () => {
    await play(async (cx) => {
      const channel = new Channel<number>(1);
      const permit = channel.tryReserve(cx);
      expect(() => channel.tryReserve(cx)).toThrow(expect.objectContaining({ code: "FULL" }));
      permit.abort();
      channel.tryReserve(cx).send(1);
      expect(channel.size).toBe(1);
    });
  });

  it("oneshot: one value; a sender that is gone is seen", async () => {
    const { outcome } = await play(async (cx) => {
      const [one, none] = [new Oneshot<number>(), new Oneshot<number>()];
      const waiting = cx.spawn((own) => one.receive(own));
      await cx.sleep(1);
      one.send(cx, 7);
      none.drop();
      expect(() => one.send(cx, 8)).toThrow(expect.objectContaining({ code: "FULL" }));
      return [await waiting, await none.receive(cx)];
    });
    expect(outcome).toMatchObject({ value: [7, undefined] });
  });
});

describe("row: R3 semaphore and mutex", () => {
  it("any tasks, some cancelled: never more than there are permits, all come back, turns in order", async () => {
    const plan = fc.array(fc.record({ hold: fc.nat(5), cancelAt: fc.nat(15) }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 3 }), async (tasks, permits) => {
        let running = 0;
        let most = 0;
        const { outcome } = await play(async (cx) => {
          const semaphore = new Semaphore(permits);
          const region = cx.region(quiet);
          for (const { hold, cancelAt } of tasks) {
            const task = region.spawn((own) =>
              semaphore.use(own, async () => {
                most = Math.max(most, ++running);
                try {
                  await own.sleep(hold);
                } finally {
                  running--;
                }
              }),
            );
            region.spawn(async (own) => {
              await own.sleep(cancelAt);
              task.cancel();
            });
          }
          await region.close();
          return [semaphore.available, semaphore.waiting];
        });
        expect(outcome).toMatchObject({ type: "ok", value: [permits, 0] });
        expect(most).toBeLessThanOrEqual(permits);
      }),
      { numRuns: 60 },
    );
  });

  it("who waits gets it in the order of arrival", async () => {
    const order: number[] = [];
    await play(async (cx) => {
      const mutex = new Mutex();
      const guard = await mutex.lock(cx);
      for (let n = 0; n < 4; n++) cx.spawn((own) => mutex.use(own, () => void order.push(n)));
      await cx.sleep(1);
      guard.release();
    });
    expect(order).toEqual([0, 1, 2, 3]);
  });
});

describe("row: R3 barrier, notify, watch, once, pool", () => {
  it("a barrier opens when all have arrived, and one that was cancelled has not", async () => {
    const through: number[] = [];
    await play(async (cx) => {
      const barrier = new Barrier(2);
      const region = cx.region(quiet);
      const gone = region.spawn((own) => barrier.arrive(own));
      await cx.sleep(1);
      gone.cancel();
      const arrive = (n: number) => async (own: Cx) => {
        await barrier.arrive(own);
        through.push(n);
      };
      region.spawn(arrive(1));
      await cx.sleep(5);
      expect(through).toEqual([]);
      region.spawn(arrive(2));
      await region.close();
    });
    expect(through.toSorted()).toEqual([1, 2]);
  });

  it("a notification without a waiter is kept once", async () => {
    const { outcome } = await play(async (cx) => {
      const notify = new Notify();
      notify.notifyOne(cx);
      notify.notifyOne(cx);
      await notify.wait(cx);
      const second = cx.spawn((own) => notify.wait(own));
      await cx.sleep(1);
      const waits = !second.isDone;
      notify.notifyAll(cx);
      await second;
      return waits;
    });
    expect(outcome).toMatchObject({ value: true });
  });

  it("watch hands out the latest value after a version", async () => {
    const { outcome } = await play(async (cx) => {
      const watch = new Watch("a");
      const seen = cx.spawn((own) => watch.changed(own, watch.version));
      await cx.sleep(1);
      watch.set(cx, "b");
      return [await seen, watch.version, await watch.changed(cx, 0)];
    });
    expect(outcome).toMatchObject({ value: ["b", 1, "b"] });
  });

  it("once: whoever makes it is cancelled, and the next one tries", async () => {
    let tries = 0;
    const { outcome } = await play(async (cx) => {
      const once = new Once<string>();
      const region = cx.region(quiet);
      const get = (own: Cx): Promise<string> =>
        once.get(own, async () => {
          tries++;
          await own.sleep(10);
          return `made by ${tries}`;
        });
      const first = region.spawn(get);
      const second = region.spawn(get);
      await cx.sleep(5);
      first.cancel();
      const value = await second;
      await region.close();
      return [value, await get(cx)];
    });
    expect(outcome).toMatchObject({ value: ["made by 2", "made by 2"] });
  });

  it("a pool lends again what came back clean, and disposes of the rest", async () => {
    let made = 0;
    const gone: number[] = [];
    const { outcome } = await play(async (cx) => {
      const pool = new Pool<number>({
        size: 1,
        make: () => ++made,
        dispose: (_cx, item) => void gone.push(item),
      });
      const first = await pool.use(cx, (_cx, item) => item);
      const again = await pool.use(cx, (_cx, item) => item);
      await pool.use(cx, () => Promise.reject(new Error("broken"))).catch(() => {});
      return [first, again, await pool.use(cx, (_cx, item) => item), pool.idleCount];
    });
    expect(outcome).toMatchObject({ value: [1, 1, 2, 1] });
    expect(gone).toEqual([1]);
  });
});

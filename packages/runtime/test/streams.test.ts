// §6, §7: many receivers, several channels at once, values through stages, tasks as they come.

import {
  Broadcast,
  Channel,
  DomainError,
  JoinSet,
  Lagged,
  mapReduce,
  pipeline,
  select,
  Session,
  type Cx,
} from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

const quiet = { judged: true, onFailure: "collect" } as const;

describe("row: R3 broadcast", () => {
  it("each receiver gets every value in order, or is told exactly how many it missed", async () => {
    const plan = fc.record({
      capacity: fc.integer({ min: 1, max: 4 }),
      gaps: fc.array(fc.nat(2), { maxLength: 20 }),
      paces: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ capacity, gaps, paces }) => {
        const got: number[][] = paces.map(() => []);
        await play(async (cx) => {
          const broadcast = new Broadcast<number>(capacity);
          for (const [who, ms] of paces.entries()) {
            const receiver = broadcast.subscribe();
            cx.spawn(async (own) => {
              for (;;) {
                try {
                  const value = await receiver.receive(own);
                  if (value === undefined) return;
                  got[who]?.push(value);
                } catch (error) {
                  if (!(error instanceof Lagged)) throw error;
                  for (let n = 0; n < error.missed; n++) got[who]?.push(-1);
                }
                await own.sleep(ms);
              }
            });
          }
          for (const [at, gap] of gaps.entries()) {
            await cx.sleep(gap);
            broadcast.send(cx, at);
          }
          broadcast.close(cx);
        });
        for (const values of got)
          expect(values.map((value, at) => (value === -1 ? at : value))).toEqual(
            gaps.map((_, at) => at),
          );
      }),
    );
  });

  it("one that subscribes later sees what is sent from then on; a closed one takes nothing", async () => {
    const { outcome } = await play(async (cx) => {
      const broadcast = new Broadcast<string>(2);
      broadcast.send(cx, "before");
      const receiver = broadcast.subscribe();
      broadcast.send(cx, "after");
      broadcast.close(cx);
      const seen = [await receiver.receive(cx), await receiver.receive(cx)];
      try {
        broadcast.send(cx, "late");
      } catch (error) {
        return [...seen, (error as { code: string }).code];
      }
      return seen;
    });
    expect(outcome).toMatchObject({ value: ["after", undefined, "DISCONNECTED"] });
  });
});

describe("row: R3 select", () => {
  it("every value of every channel comes once, whoever else receives from them", async () => {
    const plan = fc.record({
      sends: fc.array(fc.record({ to: fc.nat(2), at: fc.nat(6) }), { maxLength: 12 }),
      rivals: fc.nat(2),
      cancelAt: fc.nat(8),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ sends, rivals, cancelAt }) => {
        const got: number[] = [];
        await play(async (cx) => {
          const channels = [0, 1, 2].map(() => new Channel<number>(4));
          await cx.withRegion(quiet, async (region, inner) => {
            const selecting = region.spawn(async (own) => {
              for (;;) {
                const { value } = await select(own, channels);
                if (value === undefined) return;
                got.push(value);
              }
            });
            for (let n = 0; n < rivals; n++)
              region.spawn(async (own) => {
                for (;;) {
                  const value = await channels[n]?.receive(own);
                  if (value === undefined) return;
                  got.push(value);
                }
              });
            const senders = sends.map(({ to, at }, value) =>
              region.spawn(async (own) => {
                await own.sleep(at);
                await channels[to]?.send(own, value);
              }),
            );
            await inner.sleep(cancelAt);
            selecting.cancel();
            await selecting.outcome();
            for (const sender of senders) {
              for (const channel of channels)
                while (channel.size > 0) got.push((await channel.receive(inner)) ?? -1);
              await inner.sleep(7);
              void sender;
            }
            for (const channel of channels)
              while (channel.size > 0) got.push((await channel.receive(inner)) ?? -1);
            for (const channel of channels) channel.close();
          });
        });
        expect(got.toSorted((left, right) => left - right)).toEqual(sends.map((_, at) => at));
      }),
    );
  });

  it("the first in the list where several have one; a closed one says so", async () => {
    const { outcome } = await play(async (cx) => {
      const [one, two] = [new Channel<string>(1), new Channel<string>(1)];
      await two.send(cx, "two");
      await one.send(cx, "one");
      const seen = [await select(cx, [one, two]), await select(cx, [one, two])];
      one.close();
      return [...seen, await select(cx, [one, two])];
    });
    expect(outcome).toMatchObject({
      value: [
        { index: 0, value: "one" },
        { index: 1, value: "two" },
        { index: 0, value: undefined },
      ],
    });
  });
});

describe("row: R3 what comes to one who waits", () => {
  it("a value that is sent wakes who selects, and so does a close", async () => {
    const { outcome } = await play(async (cx) => {
      const channels = [0, 1].map(() => new Channel<number>(1));
      const first = cx.spawn((own) => select(own, channels));
      await cx.sleep(1);
      await channels[1]?.send(cx, 7);
      const second = cx.spawn(async (own) => {
        await first;
        return select(own, channels);
      });
      await cx.sleep(1);
      channels[0]?.close();
      return [await first, await second];
    });
    expect(outcome).toMatchObject({ value: [{ index: 1, value: 7 }, { index: 0 }] });
  });

  it("a channel that was closed still gives what a permit sends", async () => {
    const { outcome } = await play(async (cx) => {
      const channel = new Channel<number>(1);
      const permit = await channel.reserve(cx);
      channel.close();
      const receiving = cx.spawn(async (own) => [
        await channel.receive(own),
        await channel.receive(own),
      ]);
      await cx.sleep(1);
      permit.send(7);
      return receiving;
    });
    expect(outcome).toEqual({ type: "ok", value: [7, undefined] });
  });

  it("two who join one task: one has its outcome, the other hears that none is left", async () => {
    const { outcome } = await play((cx) =>
      cx.withRegion(quiet, async (region) => {
        const set = new JoinSet<number>(region);
        set.spawn((own) => own.sleep(5).then(() => 1));
        const joining = [0, 1].map(() => region.spawn((own) => set.next(own)));
        return [await joining[0], await joining[1]];
      }),
    );
    expect(outcome).toEqual({ type: "ok", value: [{ type: "ok", value: 1 }, undefined] });
  });
});

describe("row: R3 session", () => {
  it("ends only when each of its permits was used", async () => {
    const { outcome } = await play(async (cx) => {
      const session = new Session(new Channel<number>(2));
      const [first, second] = [await session.reserve(cx), await session.reserve(cx)];
      first.send(1);
      const codes: unknown[] = [session.open];
      try {
        session.end();
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
      second.abort();
      session.end();
      return codes;
    });
    expect(outcome).toMatchObject({ type: "ok", value: [1, "OBLIGATION_LEAKED"] });
  });
});

describe("row: R4 joinSet", () => {
  it("outcomes come in the order in which tasks complete, then none", async () => {
    const { outcome } = await play((cx) =>
      cx.withRegion(quiet, async (region, inner) => {
        const set = new JoinSet<number>(region);
        for (const ms of [30, 10, 20])
          set.spawn(async (own) => {
            await own.sleep(ms);
            if (ms === 20) throw new DomainError("twenty");
            return ms;
          });
        const seen: unknown[] = [set.size];
        for (;;) {
          const next = await set.next(inner);
          if (next === undefined) return seen;
          seen.push(next.type === "ok" ? next.value : next.type);
        }
      }),
    );
    expect(outcome).toMatchObject({ type: "ok", value: [3, 10, "err", 30] });
  });
});

describe("row: R4 pipeline and mapReduce", () => {
  it("values come through all stages in order, also undefined ones", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.nat(9), fc.constant(undefined)), { maxLength: 10 }),
        fc.array(fc.nat(3), { maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        async (values, stages, capacity) => {
          const { outcome } = await play((cx) =>
            pipeline(
              cx,
              values,
              stages.map((ms) => async (own, value) => {
                await own.sleep(ms);
                return value === undefined ? undefined : Number(value) + 1;
              }),
              capacity,
            ),
          );
          const expected = values.map((value) =>
            value === undefined ? undefined : value + stages.length,
          );
          expect(outcome).toEqual({ type: "ok", value: expected });
        },
      ),
    );
  });

  it("a stage that fails stops the others, and is what comes out", async () => {
    const { outcome } = await play((cx) =>
      pipeline(
        cx,
        [1, 2, 3],
        [
          (_own, value) => {
            if (value === 2) throw new DomainError("two");
            return value;
          },
        ],
      ),
    );
    expect(outcome).toMatchObject({ type: "err", error: { message: "two" } });
  });

  it.each([0, -1, 1.5])(
    "a limit of %d, by which nothing would be mapped, is refused",
    async (limit) => {
      const { outcome } = await play((cx) =>
        mapReduce(
          cx,
          [1],
          (_own, value) => value,
          (folded, one) => folded + one,
          0,
          { limit },
        ),
      );
      expect(outcome).toMatchObject({ type: "panicked", error: { name: "RangeError" } });
    },
  );

  it("maps at most so many at once and folds in the order of the values", async () => {
    let running = 0;
    let most = 0;
    const map = async (own: Cx, value: number): Promise<string> => {
      most = Math.max(most, ++running);
      await own.sleep(10 - value);
      running--;
      return String(value);
    };
    const { outcome } = await play((cx) =>
      mapReduce(cx, [1, 2, 3, 4, 5, 6, 7], map, (folded, one) => folded + one, "", { limit: 3 }),
    );
    expect(outcome).toEqual({ type: "ok", value: "1234567" });
    expect(most).toBe(3);
  });
});

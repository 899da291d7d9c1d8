// Programs that do right, and are judged so; what is wrong with the runtime shows in one of them.

import type { Cx, Program, Region } from "@wirewall/runtime";
import type { RuntimeCopy } from "./mutant.ts";

type Scenario = (runtime: RuntimeCopy) => Program<unknown>;

const judged = { judged: true, onFailure: "collect" } as const;
const yields = async (cx: Cx, times: number): Promise<void> => {
  for (let n = 0; n < times; n++) await cx.yield();
};

/** Under the lab, where every await is a choice. */
export const inLab = {
  tasks: () => async (cx) => {
    await cx.withRegion({}, (region) => {
      for (let n = 0; n < 2; n++) region.spawn((own) => own.yield());
    });
  },
  finalizers: () => async (cx) => {
    await cx
      .withRegion(judged, (region) => {
        region.defer(() => {});
        region.defer(() => {
          throw new Error("a finalizer that fails");
        });
        region.defer((own) => own.yield());
      })
      .catch(() => {});
  },
  cleanup: () => async (cx) => {
    await cx.withRegion(judged, async (region, inner) => {
      const task = region.spawn(async (own) => {
        try {
          await yields(own, 3);
        } finally {
          await own.mask(() => own.yield());
        }
      });
      await inner.yield();
      await inner.yield();
      task.cancel();
    });
  },
  unheard: () => async (cx) => {
    await cx.withRegion(judged, async (region, inner) => {
      const task = region.spawn(async () => {
        await Promise.resolve();
        task.cancel();
        return 1;
      });
      await inner.yield();
    });
  },
  deepMasks: () => async (cx) => {
    const deep = (left: number): Promise<void> =>
      cx.mask(() => (left === 0 ? cx.yield() : deep(left - 1)));
    await deep(70).catch(() => {});
  },
  children: () => async (cx) => {
    await using outer = cx.region(judged);
    await using inner = outer.cx.region(judged);
    const task = inner.spawn((own) => yields(own, 3));
    cx.spawn((own) => yields(own, 2).then(() => outer.cancel()));
    await task.outcome();
  },
  siblings: () => async (cx) => {
    for (let n = 0; n < 2; n++)
      cx.spawn((own) => own.withRegion({}, (region) => void region.spawn((leaf) => leaf.yield())));
    await cx.yield();
  },
  leaks:
    ({ Semaphore }) =>
    async (cx) => {
      const semaphore = new Semaphore(1);
      await cx.withRegion({ ...judged, onLeak: "recover" }, (region) => {
        region.spawn((own) => semaphore.acquire(own));
      });
    },
  permits:
    ({ Channel }) =>
    async (cx) => {
      const channel = new Channel<number>(1);
      const permit = await channel.reserve(cx);
      try {
        channel.tryReserve(cx).send(1);
      } catch {
        // It is full.
      }
      permit.send(1);
      try {
        permit.send(2);
      } catch {
        // It was sent already.
      }
      await channel.receive(cx);
    },
  receives:
    ({ Channel }) =>
    async (cx) => {
      const channel = new Channel<number>(1);
      cx.spawn((own) => channel.receive(own));
      await cx.yield();
      await channel.send(cx, 1);
    },
  deadlines: () => async (cx) => {
    await cx.withRegion({ budget: { deadline: 1_000 } }, (_region, inner) =>
      inner.withRegion({ budget: { deadline: 9_000 } }, (deep) => void deep.spawn(() => {})),
    );
  },
  costs: () => async (cx) => {
    const task = cx.spawn((own) => [3, 5, 2].map((cost) => own.consumeCost(cost)), {
      budget: { costQuota: 5 },
    });
    await task;
  },
  polls: () => (cx) => yields(cx, 3),
  rows: () => async (cx) => {
    const narrow = cx.narrow("spawn") as Cx;
    try {
      narrow.random();
    } catch {
      // It was not granted.
    }
    await cx.yield();
  },
  lateUse: () => async (cx) => {
    let kept: Cx | undefined;
    await cx.withRegion({}, (_region, inner) => void (kept = inner));
    try {
      kept?.random();
    } catch {
      // Its region has closed.
    }
  },
  lateSpawn: () => async (cx) => {
    let kept: Region | undefined;
    await cx.withRegion({}, (region) => void (kept = region));
    try {
      kept?.spawn(() => {});
    } catch {
      // It takes on no more.
    }
  },
  secret: () => (cx) => cx.spawn(() => "canary"),
} satisfies Record<string, Scenario>;

/** On a live host, where the scheduler chooses. */
export const live = {
  crossed: () => async (cx) => {
    const outer = cx.region(judged);
    const inner = outer.cx.region(judged);
    cx.spawn((own) => yields(own, 3).then(() => inner.close()));
    await outer.close();
  },
  race:
    ({ race }) =>
    (cx) =>
      race(cx, [
        (own) => own.yield(),
        async (own) => {
          try {
            await yields(own, 5);
          } finally {
            await own.mask(() => yields(own, 5));
          }
        },
      ]),
  stuck:
    ({ Notify }) =>
    async (cx) => {
      const notify = new Notify();
      const task = cx.spawn((own) => notify.wait(own));
      await cx.yield();
      task.cancel();
      await task.outcome();
    },
  crowd:
    ({ Notify }) =>
    async (cx) => {
      const notify = new Notify();
      await cx.withRegion(judged, async (region, inner) => {
        for (let n = 0; n < 40; n++) region.spawn((own) => notify.wait(own));
        await inner.yield();
        region.cancel();
        for (let n = 0; n < 40; n++) cx.spawn((own) => yields(own, 3));
      });
    },
  baton:
    ({ Channel }) =>
    async (cx) => {
      const channel = new Channel<number>(1);
      const permit = await channel.reserve(cx);
      await cx.withRegion(judged, async (region, inner) => {
        const first = region.spawn((own) => channel.send(own, 1));
        region.spawn((own) => channel.send(own, 2));
        await yields(inner, 2);
        first.cancel();
        await yields(inner, 2);
        permit.abort();
        await yields(inner, 5);
        await channel.receive(inner);
      });
    },
  priorities: () => async (cx) => {
    for (const priority of [128, 140, 130, 200, 150, 190])
      cx.spawn((own) => own.yield(), { budget: { priority } });
    await cx.yield();
  },
} satisfies Record<string, Scenario>;

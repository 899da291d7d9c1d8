// §16 test 6: every primitive, asked to stop at each of its points: nothing leaks, nothing is lost.

import { cancelEverywhere, type Cancellable } from "@wirewall/lab";
import {
  bracket,
  Broadcast,
  Channel,
  JoinSet,
  Mutex,
  Notify,
  Once,
  pipeline,
  Pool,
  quorum,
  race,
  RateLimit,
  RwLock,
  select,
  Semaphore,
  type Cx,
} from "@wirewall/runtime";
import { describe, expect, it } from "vitest";

/** A subject for each run: what to do with it, and what has to hold when all is over. */
interface Subject {
  readonly act: (cx: Cx) => Promise<unknown>;
  readonly holds: (cx: Cx) => Promise<boolean> | boolean;
}

const subjects: Readonly<Record<string, () => Subject>> = {
  "semaphore: every permit comes back": () => {
    const semaphore = new Semaphore(1);
    return {
      act: (cx) => semaphore.use(cx, () => cx.yield()),
      holds: () => semaphore.available === 1 && semaphore.waiting === 0,
    };
  },
  "mutex: it is free": () => {
    const mutex = new Mutex();
    return {
      act: async (cx) => {
        await mutex.use(cx, () => cx.yield());
        await mutex.use(cx, () => {});
      },
      holds: () => !mutex.isLocked,
    };
  },
  "channel: room that was reserved is used or free": () => {
    const channel = new Channel<number>(1);
    let sent = 0;
    return {
      act: async (cx) => {
        const permit = await channel.reserve(cx);
        try {
          await cx.yield();
        } catch (error) {
          permit.abort();
          throw error;
        }
        permit.send(1);
        sent++;
      },
      holds: async (cx) => {
        if (channel.size !== sent) return false;
        if (sent === 1) await channel.receive(cx);
        channel.tryReserve(cx).abort();
        return true;
      },
    };
  },
  "pool: what was not clean is gone, what was is there, and none is lent": () => {
    let made = 0;
    let gone = 0;
    const pool = new Pool<number>({
      size: 1,
      make: async (cx) => {
        await cx.yield();
        return ++made;
      },
      dispose: async (cx) => {
        await cx.yield();
        gone++;
      },
    });
    return {
      act: (cx) => pool.use(cx, (own) => own.yield()),
      holds: async (cx) => {
        if (pool.idleCount !== made - gone) return false;
        await pool.use(cx, () => {});
        return true;
      },
    };
  },
  "once: it can still be made": () => {
    const once = new Once<number>();
    return {
      act: (cx) => once.get(cx, () => cx.yield().then(() => 1)),
      holds: async (cx) => (await once.get(cx, () => 1)) === 1,
    };
  },
  "notify: a waiter that left takes no notification with it": () => {
    const notify = new Notify();
    return {
      act: async (cx) => {
        notify.notifyOne(cx);
        await notify.wait(cx);
        notify.notifyOne(cx);
      },
      holds: async (cx) => {
        notify.notifyOne(cx);
        await notify.wait(cx);
        return true;
      },
    };
  },
  "bracket: released once for each that was acquired": () => {
    let acquired = 0;
    let released = 0;
    return {
      act: (cx) =>
        bracket(
          cx,
          async () => {
            await cx.yield();
            acquired++;
          },
          (own) => own.yield(),
          async (own) => {
            await own.yield();
            released++;
          },
        ),
      holds: () => acquired === released,
    };
  },
  "race and quorum: nothing runs on": () => {
    let live = 0;
    const branch = async (cx: Cx): Promise<number> => {
      live++;
      try {
        await cx.yield();
        return 1;
      } finally {
        live--;
      }
    };
    return {
      act: async (cx) => {
        await race(cx, [branch, branch]);
        await quorum(cx, 1, [branch]);
      },
      holds: () => live === 0,
    };
  },
  "read-write lock: both sides are free": () => {
    const lock = new RwLock();
    return {
      act: async (cx) => {
        using first = await lock.read(cx);
        await cx.yield();
        first.release();
        using second = await lock.write(cx);
        await cx.yield();
        second.release();
      },
      holds: async (cx) => {
        (await lock.write(cx)).release();
        return true;
      },
    };
  },
  "a semaphore of which several permits are taken, and not waited for long": () => {
    const semaphore = new Semaphore(3);
    return {
      act: async (cx) => {
        const first = await semaphore.acquire(cx, { count: 2 });
        try {
          await semaphore.acquire(cx, { count: 2, withinMs: 5 }).catch(() => {});
          cx.checkpoint();
        } finally {
          first.release();
        }
      },
      holds: () => semaphore.available === 3,
    };
  },
  "select: what was not taken is still there": () => {
    const channels = [0, 1].map(() => new Channel<number>(1));
    let taken = 0;
    let sent = 0;
    return {
      act: async (cx) => {
        for (const channel of channels) {
          await channel.send(cx, 1);
          sent++;
        }
        for (let n = 0; n < 2; n++) {
          const { value } = await select(cx, channels);
          taken += value ?? 0;
        }
      },
      holds: () => channels.reduce((left, { size }) => left + size, taken) === sent,
    };
  },
  "broadcast: a receiver that left is missed by nobody": () => {
    const broadcast = new Broadcast<number>(1);
    return {
      act: async (cx) => {
        const receiver = broadcast.subscribe();
        broadcast.send(cx, 1);
        await receiver.receive(cx);
        cx.spawn((own) => own.yield().then(() => broadcast.send(own, 2)));
        await receiver.receive(cx);
      },
      holds: async (cx) => {
        const receiver = broadcast.subscribe();
        broadcast.send(cx, 3);
        return (await receiver.receive(cx)) === 3;
      },
    };
  },
  "join set: nothing runs on": () => {
    let live = 0;
    return {
      act: (cx) =>
        cx.withRegion({ judged: true, onFailure: "collect" }, async (region, inner) => {
          const set = new JoinSet<void>(region);
          for (let n = 0; n < 2; n++)
            set.spawn(async (own) => {
              live++;
              try {
                await own.yield();
              } finally {
                live--;
              }
            });
          while ((await set.next(inner)) !== undefined);
        }),
      holds: () => live === 0,
    };
  },
  "rate limit: a token is taken by who goes on": () => {
    const limit = new RateLimit({ perSecond: 1, burst: 1 });
    let went = 0;
    return {
      act: async (cx) => {
        await limit.acquire(cx);
        went++;
        await limit.acquire(cx);
        went++;
      },
      holds: async (cx) => {
        const before = cx.now();
        await limit.acquire(cx);
        return went > 0 || cx.now() === before;
      },
    };
  },
  "pipeline: all stages end": () => {
    let live = 0;
    return {
      act: (cx) =>
        pipeline(
          cx,
          [1, 2],
          [
            async (own, value) => {
              live++;
              try {
                await own.yield();
                return value;
              } finally {
                live--;
              }
            },
          ],
        ),
      holds: () => live === 0,
    };
  },
};

describe("row: R2 block: SEC-BLOCK-05 cancelled at every point", () => {
  const modes = Object.entries(subjects).flatMap(([name, make]) =>
    (["guarded", "queued"] as const).map((blocking) => [name, blocking, make] as const),
  );
  it.each(modes)("%s (%s)", async (_name, blocking, make) => {
    const cancellable = (): Cancellable => {
      const { act, holds } = make();
      return {
        act,
        after: async (cx) => {
          if (!(await holds(cx))) throw new Error("it does not hold");
        },
      };
    };
    const found = await cancelEverywhere(cancellable, { blocking });
    expect(found.complete).toBe(true);
    expect(found.executions).toBeGreaterThan(1);
  });

  it("finds a cleanup that forgets to put off a second throw", async () => {
    const failure = await cancelEverywhere(() => {
      let isHeld = false;
      return {
        act: async (cx) => {
          isHeld = true;
          try {
            await cx.yield();
          } finally {
            await cx.yield();
            isHeld = false;
          }
        },
        after: () => {
          if (isHeld) throw new Error("it is held for ever");
        },
      };
    }).catch((error: Error) => error.message);
    expect(failure).toMatch(/^panicked: it is held for ever\n/);
  });
});

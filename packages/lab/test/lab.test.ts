// Programs of the runtime in every order.

import { Barrier, Channel, Mutex, Notify, Semaphore, race, type Cx } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import { Cell, explore, replay, runSeed, search, sweep, withNetwork } from "@wirewall/lab";

const threads = (n: number, body: (cx: Cx, at: number) => Promise<unknown>) => (cx: Cx) => {
  for (let at = 0; at < n; at++) cx.spawn((own) => body(own, at));
};

describe("row: R8 the counts hold for programs of the runtime too", () => {
  it("SB: two cells, two tasks: 3", async () => {
    const found = await search((cx) => {
      const [x, y] = [new Cell(0), new Cell(0)];
      cx.spawn(async (own) => {
        await x.write(own, 1);
        await y.read(own);
      });
      cx.spawn(async (own) => {
        await y.write(own, 1);
        await x.read(own);
      });
    });
    expect(found).toMatchObject({ executions: 3, traces: 3, complete: true, violations: [] });
  });

  it.each([
    [2, 2],
    [3, 6],
    [4, 24],
  ])("%i tasks that lock one mutex: %i", async (n, traces) => {
    const found = await search((cx) => {
      const mutex = new Mutex();
      threads(n, (own) => mutex.use(own, () => {}))(cx);
    });
    expect(found).toMatchObject({ executions: traces, traces, complete: true, violations: [] });
  });

  it("lastzero(4): 28", async () => {
    const found = await search((cx) => {
      const cells = Array.from({ length: 5 }, () => new Cell(0));
      cx.spawn(async (own) => {
        let at = 4;
        while ((await cells[at]?.read(own)) !== 0) at--;
      });
      for (let at = 1; at <= 4; at++)
        cx.spawn(async (own) => {
          const value = (await cells[at - 1]?.read(own)) ?? 0;
          await cells[at]?.write(own, value + 1);
        });
    });
    expect(found).toMatchObject({ executions: 28, traces: 28, complete: true, violations: [] });
  });
});

describe("row: R7 what the lab finds", () => {
  it("an update that is lost, with the order that loses it", async () => {
    const counter = async (cx: Cx): Promise<void> => {
      const cell = new Cell(0);
      await cx.withRegion({}, (region) => {
        for (let n = 0; n < 2; n++)
          region.spawn(async (own) => {
            const value = await cell.read(own);
            await cell.write(own, value + 1);
          });
      });
      if ((await cell.read(cx)) !== 2) throw new Error("an update was lost");
    };
    const failure = await explore(counter).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: /an update was lost\n .*replay\(program, "/ });
    const { schedule } = failure as { schedule: readonly string[] };
    expect((await replay(counter, schedule)).violation).toMatch(/an update was lost/);
  });

  it("the deadlock of two who take two locks in another order, and who waits for what", async () => {
    const found = await search((cx) => {
      const [one, two] = [new Mutex(), new Mutex()];
      cx.spawn((own) => one.use(own, () => two.use(own, () => {})));
      cx.spawn((own) => two.use(own, () => one.use(own, () => {})));
    });
    expect(found.violations[0]?.message).toMatch(/^deadlock: .* waits to acquire lock:/);
  });

  it("a program that goes on for ever, which is no deadlock", async () => {
    const endless = async (cx: Cx): Promise<void> => {
      for (;;) await cx.yield();
    };
    const report = await runSeed(endless, { maxSteps: 100 });
    expect(report.schedule).toHaveLength(100);
    expect(report.violation).toMatch(/^unfinished: 0\.0 waits to yield/);
  });

  it("what is awaited beside the runtime, instead of hanging", async () => {
    const report = await runSeed(async () => {
      await new Promise(() => {});
    });
    expect(report.violation).toMatch(/^foreign await: 0\.0 /);
  });

  it("a program that is another one each time", async () => {
    let runs = 0;
    await expect(
      search((cx) => {
        const cell = new Cell(0);
        const isOdd = runs++ % 2 === 1;
        for (let n = 0; n < 2; n++)
          cx.spawn((own) => (isOdd ? cell.read(own).then(() => {}) : cell.write(own, 1)));
      }),
    ).rejects.toMatchObject({ code: "NONDETERMINISTIC_PROGRAM" });
  });

  it("time passes only when nothing else can happen", async () => {
    const report = await runSeed(async (cx) => {
      const order: string[] = [];
      await cx.withRegion({}, (region) => {
        region.spawn((own) => own.sleep(3_600_000).then(() => order.push("late")));
        region.spawn((own) => own.sleep(5).then(() => order.push("soon")));
      });
      return [order, cx.now()];
    });
    expect(report.outcome).toEqual({ type: "ok", value: [["soon", "late"], 3_600_000_000] });
  });
});

describe("row: R7 determinism", () => {
  const program = (cx: Cx): void => {
    const channel = new Channel<number>(1);
    threads(3, async (own, at) => {
      await own.sleep(at);
      await channel.send(own, own.random());
    })(cx);
    threads(3, (own) => channel.receive(own))(cx);
  };

  it("two runs of one seed give the same trace, and other seeds another", async () => {
    const traceOf = async (seed: number): Promise<string> =>
      JSON.stringify((await runSeed(program, { seed })).events);
    const traces = await Promise.all([1, 1, 2, 3, 4].map(traceOf));
    expect(traces[0]).toBe(traces[1]);
    expect(new Set(traces).size).toBeGreaterThan(2);
  });
});

describe("row: R3 the primitives in every order", () => {
  it("a channel: each value is received once", async () => {
    const found = await explore(async (cx) => {
      const channel = new Channel<number>(1);
      const received: number[] = [];
      await cx.withRegion({}, (region) => {
        for (let n = 0; n < 2; n++) region.spawn((own) => channel.send(own, n));
        for (let n = 0; n < 2; n++)
          region.spawn(async (own) => void received.push((await channel.receive(own)) ?? -1));
      });
      if (received.toSorted().join() !== "0,1") throw new Error(`received ${received.join()}`);
    });
    expect(found.complete).toBe(true);
  });

  it("a semaphore whose waiter is cancelled at any time: every permit comes back", async () => {
    const found = await explore(async (cx) => {
      const semaphore = new Semaphore(1);
      await cx.withRegion({ judged: true, onFailure: "collect" }, (region) => {
        const tasks = [1, 2].map(() =>
          region.spawn((own) => semaphore.use(own, () => own.yield())),
        );
        region.spawn(async (own) => {
          await own.yield();
          tasks[0]?.cancel();
        });
      });
      if (semaphore.available !== 1) throw new Error("a permit is lost");
    });
    expect(found.complete).toBe(true);
    expect(found.executions).toBeGreaterThan(3);
  });

  it("race: whoever wins, no branch runs on", async () => {
    const found = await explore(async (cx) => {
      let live = 0;
      await race(
        cx,
        [1, 2].map(() => async (own: Cx) => {
          live++;
          try {
            await own.yield();
            await own.yield();
          } finally {
            await own.mask(() => own.yield());
            live--;
          }
        }),
      );
      if (live !== 0) throw new Error(`${live} branches are running`);
    });
    expect(found.complete).toBe(true);
  });
});

describe("row: R9 a network", () => {
  it.each([{ segmentBytes: 0 }, { segmentBytes: NaN }, { delayMs: -1 }])(
    "%j, by which nothing would ever arrive, is refused",
    async (options) => {
      const report = await runSeed((cx) => withNetwork(cx, () => {}, options));
      expect(report.violation).toMatch(/^panicked: (segmentBytes|delayMs): expected a number/);
    },
  );
});

describe("row: R3 what wakes several, in every order", () => {
  const quiet = { judged: true, onFailure: "collect" } as const;

  it("a barrier lets all go together, and one that is cancelled has not arrived", async () => {
    const found = await explore(async (cx) => {
      const barrier = new Barrier(2);
      let passed = 0;
      await cx.withRegion(quiet, (region) => {
        const tasks = [0, 1, 2].map(() =>
          region.spawn(async (own) => {
            await barrier.arrive(own);
            passed++;
          }),
        );
        region.spawn(() => void tasks[0]?.cancel());
        region.spawn(async (own) => {
          // Whoever is left alone is let go in the end.
          await own.sleep(5);
          for (const task of tasks) task.cancel();
        });
      });
      if (passed !== 2) throw new Error(`${passed} passed`);
    });
    expect(found).toMatchObject({ complete: true, violations: [] });
  });

  it("a barrier does not let go for one who was asked to stop", async () => {
    let passed = 0;
    const program = async (cx: Cx): Promise<void> => {
      const barrier = new Barrier(2);
      await cx.withRegion(quiet, (region) => {
        const stopped = region.spawn((own) => barrier.arrive(own));
        const alone = region.spawn(async (own) => {
          stopped.cancel();
          await barrier.arrive(own);
          passed++;
        });
        region.spawn(async (own) => {
          await own.sleep(5);
          alone.cancel();
        });
      });
    };
    const found = await explore(program);
    expect(found).toMatchObject({ complete: true, violations: [] });
    await sweep(program, 100);
    expect(passed).toBe(0);
  });

  it("two notifications wake two, and one that was meant for who left is remembered", async () => {
    const woken = new Set<number>();
    const found = await explore(async (cx) => {
      const notify = new Notify();
      let count = 0;
      await cx.withRegion(quiet, (region) => {
        const waiting = [0, 1].map(() =>
          region.spawn(async (own) => {
            await notify.wait(own);
            count++;
          }),
        );
        region.spawn(async (own) => {
          // Time passes only when both of them wait.
          await own.sleep(1);
          notify.notifyOne(own);
          notify.notifyOne(own);
          await own.yield();
          waiting[0]?.cancel();
        });
      });
      woken.add(count);
      if (count === 1) await notify.wait(cx);
    });
    expect(found).toMatchObject({ complete: true, violations: [], deadlocks: 0 });
    expect([...woken].toSorted()).toEqual([1, 2]);
  });

  it("notifyAll wakes all who wait, and nobody who comes later", async () => {
    const found = await explore(async (cx) => {
      const notify = new Notify();
      let woken = 0;
      await cx.withRegion({}, (region) => {
        for (let n = 0; n < 2; n++)
          region.spawn(async (own) => {
            await notify.wait(own);
            woken++;
          });
        region.spawn(async (own) => {
          await own.sleep(1);
          notify.notifyAll(own);
        });
      });
      if (woken !== 2) throw new Error(`${woken} were woken`);
    });
    expect(found).toMatchObject({ complete: true, violations: [] });
  });
});

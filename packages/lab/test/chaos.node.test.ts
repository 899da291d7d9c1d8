// §10, §13: faults that nobody planned for, orders by priority, tasks that are stuck with what they hold,
// and what is not the host's.

import { ambientGuard, awaitTracer } from "@wirewall/host";
import { replay, runSeed, sweep, withNetwork, Cell } from "@wirewall/lab";
import { Mutex, Notify, Semaphore, type Cx } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import { randomProgram } from "./random-program.ts";

const plan = [
  ["lock", "permit", "send", "nest"],
  ["receive", "write", "race", "map"],
  ["permits", "hedge", "read", "token"],
] as const;

/** Loses a permit if it is asked to stop while it holds one. */
const careless = async (cx: Cx): Promise<void> => {
  const semaphore = new Semaphore(1);
  const task = cx.spawn(async (own) => {
    const permit = await semaphore.acquire(own);
    await own.yield();
    permit.release();
  });
  await task.outcome();
};

describe("row: R7 chaos", () => {
  it.each(["light", "heavy"] as const)("%s: programs that clean up lose nothing", async (chaos) => {
    const { failure } = await sweep(
      async (cx) => {
        const mutex = new Mutex();
        const semaphore = new Semaphore(2);
        await cx.withRegion({ judged: true, onFailure: "collect" }, (region) => {
          for (let n = 0; n < 3; n++)
            region.spawn((own) => mutex.use(own, () => semaphore.use(own, () => own.sleep(1))));
        });
        if (mutex.isLocked || semaphore.available !== 2) throw new Error("something is lost");
      },
      200,
      { chaos },
    );
    expect(failure?.violation).toBeUndefined();
  });

  it("finds a permit that is not given back on every path, which no plain run does", async () => {
    expect((await sweep(careless, 300)).failure).toBeUndefined();
    const { failure } = await sweep(careless, 300, { chaos: "heavy" });
    expect(failure?.violation).toMatch(/^obligationLeak|OBLIGATION_LEAKED|was not resolved/);
  });

  it("each fault is told, and comes again with the same seed", async () => {
    const options = { seed: 3, chaos: "heavy" } as const;
    const program = (cx: Cx) => randomProgram(plan)(cx).catch(() => {});
    const one = await runSeed(program, options);
    const two = await runSeed(program, options);
    const again = await replay(program, one.schedule, options);
    expect(one.events).toEqual(two.events);
    expect(again.events).toEqual(one.events);
    const hows = new Set(
      one.events.filter(({ kind }) => kind === "chaos").map(({ data }) => data["how"]),
    );
    expect([...hows].toSorted()).toEqual(["cancel", "exhaust", "wake"]);
  });

  it("connections break where there is a network", async () => {
    let broken = 0;
    await sweep(
      (cx) =>
        withNetwork(cx, async (network) => {
          const { near, far } = network.connect();
          far.on("data", () => {});
          near.on("data", () => {});
          near.on("error", () => void broken++);
          for (let n = 0; n < 20; n++) await cx.yield();
        }),
      20,
      {
        chaos: {
          cancel: 0,
          delay: 0,
          delayMs: 1,
          ioError: 0.2,
          wakeStorm: 0,
          wakes: 1,
          exhaustion: 0,
        },
      },
    );
    expect(broken).toBeGreaterThan(10);
  });
});

describe("row: R7 orders by priority", () => {
  it.each(["first", "last"])("meet a fault that needs the %s task to be late", async (who) => {
    const late = async (cx: Cx): Promise<void> => {
      const cell = new Cell(0);
      const writes = async (own: Cx): Promise<void> => {
        for (let n = 0; n < 20; n++) await own.yield();
        await cell.write(own, 1);
      };
      const reads = async (own: Cx): Promise<void> => {
        if ((await cell.read(own)) === 1) throw new Error("it was late");
      };
      await cx.withRegion({}, (region) => {
        for (const body of who === "first" ? [reads, writes] : [writes, reads]) region.spawn(body);
      });
    };
    expect((await sweep(late, 300)).failure).toBeUndefined();
    const { failure, passed } = await sweep(late, 300, { strategy: "pct" });
    expect(failure?.violation).toMatch(/it was late/);
    expect(passed).toBeLessThan(20);
  });
});

describe("row: R7 a task that is stuck with what it holds", () => {
  it("is told with what it holds and waits for, while others go on for ever", async () => {
    const report = await runSeed(
      (cx) => {
        const mutex = new Mutex();
        const never = new Notify();
        cx.spawn((own) => mutex.use(own, () => never.wait(own)));
        cx.spawn(async (own) => {
          for (;;) await own.yield();
        });
      },
      { futurelockSteps: 200 },
    );
    expect(report.violation).toMatch(
      /^futurelock: 0\.1\.0 holds lockGuard and waits to notified notify:\d+$/,
    );
    expect(report.schedule.length).toBeLessThan(600);
  });
});

describe("row: R7 what is not the host's", () => {
  it.each<[string, () => unknown]>([
    ["Date", () => new Date()],
    ["Date", () => Date.now()],
    ["performance.now", () => performance.now()],
    ["Math.random", () => Math.random()],
    ["crypto.randomUUID", () => crypto.randomUUID()],
    ["crypto.getRandomValues", () => crypto.getRandomValues(new Uint8Array(1))],
    ["setTimeout", () => setTimeout(() => {}, 1)],
    ["setImmediate", () => setImmediate(() => {})],
    ["fetch", () => fetch("http://127.0.0.1:1/")],
  ])("%s throws while a step runs, and is told", async (name, use) => {
    const before = Object.getOwnPropertyDescriptor(globalThis, "Date");
    const report = await runSeed(
      async (cx) => {
        await cx.yield();
        try {
          use();
        } catch {
          // Also where the program hides it.
        }
      },
      { guard: ambientGuard() },
    );
    expect(report.violation).toBe(`ambient use: 0.0 used ${name}`);
    expect(Object.getOwnPropertyDescriptor(globalThis, "Date")).toEqual(before);
    expect([Date.now() > 0, performance.now() > 0, Math.random() < 1]).toEqual([true, true, true]);
  });

  it("a program that uses the context's is not disturbed", async () => {
    const report = await runSeed(
      async (cx) => {
        await cx.sleep(5);
        return [cx.now(), cx.random() < 1];
      },
      { guard: ambientGuard() },
    );
    expect(report.violation).toBeUndefined();
  });
});

describe("row: R7 a foreign await", () => {
  it("is told with the lines that wait, the innermost first", async () => {
    const never = async (): Promise<void> => {
      await new Promise(() => {});
    };
    const program = async (cx: Cx): Promise<void> => {
      await cx.yield();
      await Promise.resolve();
      await never();
    };
    const report = await runSeed(program, { awaits: awaitTracer() });
    expect(report.violation).toMatch(/^foreign await: 0\.0 awaits/);
    expect(report.awaits.length).toBeGreaterThanOrEqual(2);
    expect(report.awaits[0]).toMatch(/never .*chaos\.node\.test\.ts/);
    expect(report.awaits.join("\n")).not.toMatch(/node:|packages.lab.src/);
    expect((await runSeed(program)).awaits).toEqual([]);
  });
});

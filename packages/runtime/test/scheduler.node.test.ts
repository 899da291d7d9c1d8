// §8: nobody is lost, nobody stands in the queue twice, and no lane starves.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANCEL, NOWHERE, READY, Scheduler, TIMED, type Runnable } from "../src/scheduler.ts";
import { Timers } from "../src/timers.ts";
import { play } from "./play.ts";
import { virtualHost } from "./virtual-host.ts";

class Item implements Runnable {
  lane = NOWHERE;
  behind: Runnable | undefined = undefined;
  readonly name: string;
  priority: number;

  constructor(name: string, priority = 128) {
    this.name = name;
    this.priority = priority;
  }

  dispatch(): void {}
}

/** A scheduler that never runs by itself. */
function still(): Scheduler {
  return new Scheduler({ ...virtualHost(), microtask: () => {} });
}

function order(scheduler: Scheduler): string[] {
  const names: string[] = [];
  for (let item = scheduler.next(); item !== undefined; item = scheduler.next()) {
    item.lane = NOWHERE;
    names.push((item as Item).name);
  }
  return names;
}

describe("row: R6 lanes", () => {
  it("cancelled before due before ready, by priority, then in order of arrival", () => {
    const scheduler = still();
    scheduler.schedule(new Item("r1"), READY);
    scheduler.schedule(new Item("r2", 200), READY);
    scheduler.schedule(new Item("r3"), READY);
    scheduler.schedule(new Item("t1"), TIMED);
    scheduler.schedule(new Item("c1"), CANCEL);
    expect(order(scheduler)).toEqual(["c1", "t1", "r2", "r1", "r3"]);
  });

  it("after 16 cancelled ones in a row whoever else may run does", () => {
    const scheduler = still();
    for (let n = 0; n < 40; n++) scheduler.schedule(new Item("c"), CANCEL);
    for (let n = 0; n < 2; n++) scheduler.schedule(new Item("r"), READY);
    const names = order(scheduler);
    expect([names.indexOf("r"), names.lastIndexOf("r")]).toEqual([16, 33]);
    expect(names).toHaveLength(42);
  });

  it("whoever is scheduled again stands once, in the better lane", () => {
    const scheduler = still();
    const [first, second] = [new Item("first"), new Item("second")];
    scheduler.schedule(first, READY);
    scheduler.schedule(second, READY);
    scheduler.schedule(second, READY);
    scheduler.schedule(second, CANCEL);
    scheduler.schedule(second, READY);
    expect(order(scheduler)).toEqual(["second", "first"]);
  });

  it("any sequence of schedules and dispatches: each runs once for each time it was put in", () => {
    const steps = fc.array(
      fc.record({
        item: fc.nat(5),
        lane: fc.constantFrom(READY, TIMED, CANCEL),
        take: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(steps, fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }), (all, priorities) => {
        const scheduler = still();
        const items = priorities.map((priority, at) => new Item(String(at), priority));
        const due = new Set<Item>();
        for (const { item: at, lane, take } of all) {
          const item = items[at];
          if (item === undefined) continue;
          scheduler.schedule(item, lane);
          due.add(item);
          if (!take) continue;
          const next = scheduler.next() as Item;
          expect(due.delete(next)).toBe(true);
          next.lane = NOWHERE;
        }
        expect(order(scheduler).toSorted()).toEqual([...due].map(({ name }) => name).toSorted());
      }),
    );
  });
});

describe("row: R6 timers", () => {
  it("any that are set and cleared: the others fire once, in order, over one timer of the host", async () => {
    const plan = fc.array(fc.record({ at: fc.nat(20), cleared: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(plan, async (all) => {
        const host = virtualHost();
        let armed = 0;
        const timers = new Timers({
          ...host,
          setTimer: (at, fire) => {
            armed++;
            return host.setTimer(at, () => {
              armed--;
              fire();
            });
          },
          clearTimer: (handle) => {
            armed--;
            host.clearTimer(handle);
          },
        });
        const fired: number[] = [];
        const set = all.map(({ at }, index) => timers.set(at * 1_000, () => fired.push(index)));
        for (const [index, timer] of set.entries())
          if (all[index]?.cleared === true) timers.clear(timer);
        expect(armed).toBe(all.some(({ cleared }) => !cleared) ? 1 : 0);
        await host.pass(30);
        const wanted = [...all.entries()]
          .filter(([, { cleared }]) => !cleared)
          .sort(([a, left], [b, right]) => left.at - right.at || a - b)
          .map(([index]) => index);
        expect([fired, armed, timers.count]).toEqual([wanted, 0, 0]);
      }),
    );
  });
});

describe("row: R6 turns", () => {
  it("tasks that never wait leave room for the host's own work", async () => {
    let turns = 0;
    let isOver = false;
    const tick = (): void => {
      turns++;
      if (!isOver) setImmediate(tick);
    };
    setImmediate(tick);
    await play(async (cx) => {
      for (let n = 0; n < 2_000; n++) await cx.yield();
    });
    isOver = true;
    expect(turns).toBeGreaterThan(5);
  });
});

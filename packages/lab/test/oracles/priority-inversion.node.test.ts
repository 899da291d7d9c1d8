// A task that is urgent waits for one that is not and that never comes to run, since others keep the queue busy: the
// runtime does not lend urgency, and the oracle says so.

import { judgeTrace } from "@wirewall/lab";
import { Mutex, run, type Cx } from "@wirewall/runtime";
import type { TraceEvent } from "@wirewall/trace";
import { describe, expect, it } from "vitest";
import { liveHost } from "./live-host.ts";

const LOW = 128;
const MIDDLE = 150;
const BUSY = 180;
const HIGH = 200;

const at = (priority: number) => ({ budget: { priority } });

async function inversions(program: (cx: Cx) => Promise<void>): Promise<string[]> {
  const events: TraceEvent[] = [];
  await run(liveHost({ event: (event) => void events.push(event) }), program);
  return judgeTrace(events)
    .filter(({ oracle }) => oracle === "priorityInversion")
    .map(({ message }) => message);
}

/** Keeps the queue busy for so many turns. */
const busy = (turns: number) => async (cx: Cx) => {
  for (let turn = 0; turn < turns; turn++) await cx.yield();
};

/** More than the scheduler runs before it lets the event loop go on: some always wait for their turn. */
const crowd = (cx: Cx, turns: number) =>
  Array.from({ length: CROWD }, () => cx.spawn(busy(turns / CROWD), at(BUSY)));
const CROWD = 300;

/** Holds a lock, and gives it back when it comes to run again. */
const holds = (lock: Mutex, then: (cx: Cx) => Promise<unknown>) => async (cx: Cx) => {
  const guard = await lock.lock(cx);
  await then(cx);
  guard.release();
};

const direct = (turns: number) => async (cx: Cx) => {
  const lock = new Mutex();
  const low = cx.spawn(holds(lock, busy(5)), at(LOW));
  await cx.yield();
  const others = [
    cx.spawn(
      holds(lock, async () => {}),
      at(HIGH),
    ),
    ...crowd(cx, turns),
  ];
  await Promise.all([low, ...others]);
};

const chained = (turns: number) => async (cx: Cx) => {
  const [first, second] = [new Mutex(), new Mutex()];
  const low = cx.spawn(holds(second, busy(9)), at(LOW));
  await cx.yield();
  const middle = cx.spawn(
    holds(
      first,
      holds(second, async () => {}),
    ),
    at(MIDDLE),
  );
  await cx.yield();
  const others = [
    cx.spawn(
      holds(first, async () => {}),
      at(HIGH),
    ),
    ...crowd(cx, turns),
  ];
  await Promise.all([low, middle, ...others]);
};

describe("row: R7 priority inversion", () => {
  it("the holder of a lock is not run while others are", async () => {
    expect(await inversions(direct(1_200))).toEqual([
      expect.stringMatching(/^task \S+ waits for \S+, which is less urgent and not run$/),
    ]);
  });

  it("the holder of a lock waits for another that is not run", async () => {
    const found = await inversions(chained(1_200));
    expect(found.length).toBeGreaterThan(0);
    // The urgent one waits for the least urgent one, through the one between them.
    expect(new Set(found.map((message) => message.split(" ")[1])).size).toBe(2);
  });

  it("a short wait is none", async () => {
    expect(await inversions(direct(600))).toEqual([]);
    expect(await inversions(chained(600))).toEqual([]);
  });
});

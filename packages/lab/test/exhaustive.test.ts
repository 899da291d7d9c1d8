// What the explorer finds against every interleaving there is: the same classes, no more and no fewer.

import { Channel, Mutex, type Cx } from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cell } from "@wirewall/lab";
import { classOf } from "../src/explore/classes.ts";
import type { Event, Execution } from "../src/explore/execution.ts";
import { exploreExecutions, type ExploreMode } from "../src/explore/explore.ts";
import { LabExecution } from "../src/lab-execution.ts";
import { Toy, type Op, type Thread } from "./toy.ts";

const MOST_RUNS = 6_000;

/** The classes of all interleavings, or undefined if there are too many. */
async function everyClass(start: () => Execution): Promise<Set<string> | undefined> {
  const classes = new Set<string>();
  const choices: number[] = [];
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    const execution = start();
    const events: Event[] = [];
    const widths: number[] = [];
    for (;;) {
      const enabled = execution.pending().filter(({ isEnabled }) => isEnabled);
      if (enabled.length === 0) break;
      const chosen = enabled[choices[events.length] ?? 0];
      if (chosen === undefined) break;
      widths.push(enabled.length);
      const { task, label, isGuarded, resource } = chosen;
      const touches = await execution.step(task);
      events.push({ task, label, isGuarded, resource, touches });
    }
    classes.add(classOf(events));
    const next = widths.map((_, at) => choices[at] ?? 0);
    while (next.length > 0 && (next.at(-1) ?? 0) + 1 >= (widths[next.length - 1] ?? 0)) next.pop();
    if (next.length === 0) return classes;
    next[next.length - 1] = (next.at(-1) ?? 0) + 1;
    choices.splice(0, choices.length, ...next);
  }
  return undefined;
}

const modes = fc.constantFrom<ExploreMode>("optimal", "sourceSets");
const steps = fc.constantFrom("read x", "write x", "read y", "write y", "lock m", "lock n");

function thread(plan: readonly string[]): Thread {
  return (function* (): Thread {
    const held: string[] = [];
    for (const step of plan) {
      const [kind, on = ""] = step.split(" ");
      if (kind === "lock" && held.includes(on)) continue;
      if (kind === "lock") held.push(on);
      yield { kind, on, value: 1 } as Op;
    }
    for (const on of held) yield { kind: "unlock", on };
  })();
}

describe("row: R8 nothing is missed and nothing is done twice", () => {
  it("threads over cells and locks, deadlocks included", async () => {
    const plans = fc.array(fc.array(steps, { minLength: 1, maxLength: 3 }), {
      minLength: 2,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(plans, modes, async (plan, mode) => {
        const start = (): Toy => new Toy(plan.map(thread));
        const wanted = await everyClass(start);
        if (wanted === undefined) return;
        const found = await exploreExecutions(start, { mode });
        expect(found.traces).toBe(wanted.size);
      }),
      { numRuns: 200 },
    );
  });

  it("tasks of the runtime over cells, mutex and channel, with cancellation", async () => {
    const acts = fc.constantFrom("read", "write", "lock", "send", "receive", "cancel");
    const plans = fc.array(fc.array(acts, { minLength: 1, maxLength: 2 }), {
      minLength: 2,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(plans, modes, async (plan, mode) => {
        const program = async (cx: Cx): Promise<void> => {
          const cell = new Cell(0);
          const mutex = new Mutex();
          const channel = new Channel<number>(1);
          await cx.withRegion({ judged: true, onFailure: "collect" }, (region) => {
            const tasks: { cancel(): boolean }[] = [];
            for (const list of plan)
              tasks.push(
                region.spawn(async (own) => {
                  for (const act of list) {
                    if (act === "read") await cell.read(own);
                    if (act === "write") await cell.write(own, 1);
                    if (act === "lock") await mutex.use(own, () => own.yield());
                    if (act === "send") await channel.send(own, 1);
                    if (act === "receive") await channel.receive(own);
                    if (act === "cancel") {
                      await own.yield();
                      tasks[0]?.cancel();
                    }
                  }
                }),
              );
          });
        };
        const start = (): LabExecution =>
          new LabExecution(program, {
            seed: 1,
            judge: () => undefined,
            oracles: [],
            keepsEvents: false,
          });
        const wanted = await everyClass(start);
        if (wanted === undefined) return;
        const found = await exploreExecutions(start, { mode });
        expect(found.traces).toBe(wanted.size);
      }),
      {
        numRuns: 100,
        examples: [
          [[["receive"], ["cancel"], ["send", "read"]], "optimal"],
          [[["read"], ["cancel", "read"], ["write"]], "optimal"],
          [[["send", "read"], ["send"], ["cancel", "send"]], "optimal"],
          [[["read"], ["send"], ["send", "cancel"]], "sourceSets"],
          [[["receive", "read"], ["cancel"], ["send", "receive"]], "optimal"],
          [[["write"], ["cancel", "write"], ["read", "read"]], "optimal"],
        ],
      },
    );
  });
});

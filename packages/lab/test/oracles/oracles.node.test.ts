// Each oracle is silent where the runtime is right, and speaks where the one thing is wrong that it is
// for.

import { Determinism, judgeTrace, standardOracles, TraceHygiene } from "@wirewall/lab";
import type { LabProgram, OracleViolation } from "@wirewall/lab";
import type { Cx } from "@wirewall/runtime";
import type { TraceEvent } from "@wirewall/trace";
import { describe, expect, it } from "vitest";
import { liveHost, settle } from "./live-host.ts";
import { mutant, type Change, type LabCopy, type RuntimeCopy } from "./mutant.ts";
import { rules, type Name } from "./rules.ts";
import { inLab, live } from "./scenarios.ts";

/** Enough that what has to happen in one of few orders does. */
const SEEDS = 24;

/** The events of some runs: one of them on a live host, or one for each seed in the lab. */
async function runsOf(
  { runtime, lab }: { readonly runtime: RuntimeCopy; readonly lab: LabCopy },
  name: Name,
): Promise<(readonly TraceEvent[])[]> {
  const runs: (readonly TraceEvent[])[] = [];
  if (name in inLab) {
    const program = inLab[name as keyof typeof inLab](runtime) as LabProgram;
    for (let seed = 0; seed < SEEDS; seed++)
      runs.push((await lab.runSeed(program, { seed, oracles: () => [] })).events);
    return runs;
  }
  const events: TraceEvent[] = [];
  const host = liveHost({ event: (event) => void events.push(event) });
  void runtime.run(host, live[name as keyof typeof live](runtime));
  await settle();
  return [events];
}

const judged = (runs: readonly (readonly TraceEvent[])[]): OracleViolation[] =>
  runs.flatMap((events) =>
    judgeTrace(events, [...standardOracles(), new TraceHygiene(["canary"])]),
  );

describe("row: R7 block: SEC-BLOCK-05 each oracle speaks where the runtime is wrong", () => {
  it.each(rules)("%s: %s", async (oracle, _what, name, ...changes) => {
    const found = judged(await runsOf(await mutant(changes), name));
    expect(found.map((violation) => violation.oracle)).toContain(oracle);
  });

  it("determinism: an order that comes from outside", async () => {
    const copy = await mutant([
      [
        "region.ts",
        "task !== undefined; task = task.next) task.requestCancel(reason);",
        "task !== undefined; task = task.next) if ((RegionScope.turn = !RegionScope.turn)) task.requestCancel(reason);",
      ],
      [
        "region.ts",
        "export class RegionScope {",
        "export class RegionScope {\n  static turn = false;",
      ],
    ]);
    const program = async (cx: Cx): Promise<void> => {
      const region = cx.region({ judged: true });
      region.spawn((own) => own.sleep(5));
      await cx.yield();
      region.cancel();
      await region.close();
    };
    const run = () => copy.lab.runSeed(program as never, { oracles: () => [] });
    const { events } = await run();
    const found = judgeTrace((await run()).events, [new Determinism(events)]);
    expect(found[0]?.oracle).toBe("determinism");
  });

  it("instanceMixing: a context of another copy is taken for one of this", async () => {
    const byName: readonly Change[] = [
      ["cx.ts", "throw notGenuine(cx);", "return (cx as { genuine: Task }).genuine;"],
      [
        "cx.ts",
        "  /** The path of its task. */",
        "  get genuine(): Task {\n    return this.#task;\n  }\n",
      ],
    ];
    expect(await mixed([])).toEqual([]);
    expect((await mixed(byName))[0]?.oracle).toBe("instanceMixing");
  });
});

/** A program that is given the context of another copy, which may tell only what comes of that. */
async function mixed(changes: readonly Change[]): Promise<OracleViolation[]> {
  const [own, other] = [await mutant(changes), await mutant(changes)];
  const events: TraceEvent[] = [];
  let isOpen = false;
  const sink = { event: (event: TraceEvent): void => void events.push(event) };
  let foreign: Cx | undefined;
  let end = (): void => {};
  void other.runtime.run(
    liveHost({ event: (event) => void (isOpen && sink.event(event)) }),
    async (cx) => {
      foreign = cx;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    },
  );
  await settle();
  const outcome = own.runtime.run(liveHost(sink), () => {
    isOpen = true;
    try {
      new own.runtime.Semaphore(1).tryAcquire(foreign as Cx)?.release();
    } catch {
      // It is refused.
    }
    isOpen = false;
  });
  await outcome;
  end();
  return judgeTrace(events);
}

describe("row: R7 block: SEC-BLOCK-05 all oracles are silent where the runtime is right", () => {
  const names = [...Object.keys(inLab), ...Object.keys(live)] as Name[];
  it.each(names)("%s", async (name) => {
    const copy = await mutant([]);
    const runs = await runsOf(copy, name);
    expect(judged(runs)).toEqual([]);
    expect(runs[0]?.length).toBeGreaterThan(5);
  });
});

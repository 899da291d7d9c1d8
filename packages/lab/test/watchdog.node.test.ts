// §10: a step that never returns is stopped, told and never a hang.

import { sha256, stepWatchdog } from "@wirewall/host";
import { explore, ExplorationFailed, readCrashPack, replay, runSeed, search } from "@wirewall/lab";
import { Mutex, type Cx } from "@wirewall/runtime";
import { afterAll, describe, expect, it } from "vitest";

const watchdog = stepWatchdog({ stuckStepMs: 100 });
afterAll(() => watchdog.close());

/** Two at one lock, of which the second to come never gives it back. */
async function spinsSecond(cx: Cx): Promise<void> {
  const mutex = new Mutex();
  let came = 0;
  await cx.withRegion({}, (region) => {
    for (let n = 0; n < 2; n++)
      region.spawn(async (own) => {
        using _ = await mutex.lock(own);
        if (++came === 2) spin();
      });
  });
}

function spin(): void {
  for (let turn = 0; ; turn = (turn + 1) | 0) if (turn === 0.5) return;
}

const holds = async (cx: Cx): Promise<number> => cx.spawn(() => 1);

describe("row: R7 a step that does not return", () => {
  it("ends the run as a stuck step, with the lines in which it was", async () => {
    const { violation, awaits, outcome } = await runSeed(spinsSecond, { watchdog });
    expect(violation).toMatch(/^stuck step: 0\.[\d.]+ did not return, after acquire/);
    expect(awaits[0]).toMatch(/spin .*watchdog\.node\.test\.ts/);
    expect(outcome).toBeUndefined();
  });

  it("leaves the process as it was: what comes next runs, and holds", async () => {
    await runSeed(spinsSecond, { watchdog });
    expect((await runSeed(holds, { watchdog })).violation).toBeUndefined();
    expect((await search(holds, { watchdog })).violations).toEqual([]);
  });

  it("is a violation of an exploration, with a schedule that shows it again", async () => {
    let packed = "";
    const packs = {
      sha256,
      now: () => 0,
      pathOf: (fingerprint: string) => `packs/${fingerprint}.json`,
      save: (_: string, text: string) => (packed = text),
    };
    const failure: unknown = await explore(spinsSecond, { watchdog, packs, name: "a#b" }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ExplorationFailed);
    const { message, schedule } = failure as ExplorationFailed;
    expect(message).toMatch(/^stuck step: .*\n {4}at spin .*watchdog\.node\.test\.ts/);
    expect((await replay(spinsSecond, schedule, { watchdog })).violation).toMatch(/^stuck step/);
    const { pack } = readCrashPack(packed, sha256);
    expect(pack.failure).not.toContain("/");
    expect(pack.evidence.join("\n")).toContain("watchdog.node.test.ts");
  });

  it("stops promises that settle one after the other without end", async () => {
    const spins = async (cx: Cx): Promise<void> => {
      await cx.yield();
      for (let turn = 0; turn >= 0; turn = (turn + 1) % 3) await Promise.resolve();
    };
    const { violation } = await runSeed(spins, { watchdog });
    expect(violation).toMatch(/^stuck step: 0\.0 did not return, after yield/);
    expect((await runSeed(holds, { watchdog })).violation).toBeUndefined();
  });

  it.each([0, 9, 10.5, Number.NaN, 3_600_001])("%d milliseconds are refused", (stuckStepMs) => {
    expect(() => stepWatchdog({ stuckStepMs })).toThrow(/^stuckStepMs: expected/);
  });
});

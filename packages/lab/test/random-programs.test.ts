// Random programs over the primitives, in random orders: whatever is cancelled and whenever, everything
// comes back, nothing runs on, and no time limit is exceeded.

import { runSeed } from "@wirewall/lab";
import {
  Cancelled,
  Channel,
  Mutex,
  race,
  retry,
  Semaphore,
  timeout,
  type Cx,
  type TaskHandle,
} from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const acts = fc.constantFrom(
  "lock",
  "permit",
  "send",
  "receive",
  "sleep",
  "race",
  "retry",
  "nest",
  "cancel",
  "fail",
);
const plans = fc.array(fc.array(acts, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
});

describe("row: R7 random programs", () => {
  it("leave nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(1_000), async (plan, seed) => {
        const report = await runSeed(
          async (cx) => {
            const mutex = new Mutex();
            const semaphore = new Semaphore(2);
            const channel = new Channel<number>(1);
            let live = 0;
            let sent = 0;
            let received = 0;
            const handles: TaskHandle<unknown>[] = [];
            const act = async (own: Cx, name: string): Promise<unknown> => {
              switch (name) {
                case "lock":
                  return mutex.use(own, () => own.yield());
                case "permit":
                  return semaphore.use(own, () => own.sleep(3));
                case "send": {
                  const permit = await channel.reserve(own);
                  sent++;
                  return permit.send(sent);
                }
                case "receive":
                  if ((await channel.receive(own)) !== undefined) received++;
                  return undefined;
                case "sleep":
                  return own.sleep(2);
                case "race":
                  return race(own, [(one) => one.sleep(1), (one) => mutex.use(one, () => {})]);
                case "retry":
                  return retry(own, (one, attempt) => (attempt < 3 ? one.fail("again") : 1));
                case "nest":
                  return own.withRegion({}, (region) => void region.spawn((one) => one.sleep(1)));
                case "fail":
                  return own.fail("foreseen");
                default:
                  return handles[0]?.cancel();
              }
            };
            await cx.withRegion({ judged: true, onFailure: "collect" }, (region) => {
              for (const list of plan)
                handles.push(
                  region.spawn(async (own) => {
                    live++;
                    try {
                      for (const name of list)
                        await timeout(own, 10, (inner) => act(inner, name)).catch(
                          (error: unknown) => {
                            if (!(error instanceof Cancelled) || own.isCancelRequested())
                              throw error;
                          },
                        );
                    } finally {
                      live--;
                    }
                  }),
                );
            });
            for (const handle of handles) {
              const outcome = await handle.outcome();
              if (outcome.type === "panicked") throw outcome.error;
            }
            if (live !== 0) throw new Error(`${live} tasks run on`);
            if (mutex.isLocked) throw new Error("the mutex is locked");
            if (semaphore.available !== 2) throw new Error("a permit is lost");
            if (channel.size !== sent - received) throw new Error("a value is lost");
          },
          { seed },
        );
        expect(report.violation).toBeUndefined();
        const count = (kind: string): number =>
          report.events.filter((event) => event.kind === kind).length;
        expect(count("task_complete")).toBe(count("task_spawn"));
        expect(count("obligation_leak")).toBe(0);
        expect(count("obligation_commit") + count("obligation_abort")).toBe(
          count("obligation_reserve"),
        );
      }),
      { numRuns: 300 },
    );
  });
});

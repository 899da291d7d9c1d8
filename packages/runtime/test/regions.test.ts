// §2: every task has an owner, and a region is closed only when nothing of it is left.

import { DomainError, type Cx } from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

describe("row: R1 block: SEC-BLOCK-05 regions", () => {
  it("spawn never runs a body at once", async () => {
    const order: string[] = [];
    await play(async (cx) => {
      const task = cx.spawn(() => void order.push("body"));
      order.push("spawned");
      await task;
      order.push("awaited");
    });
    expect(order).toEqual(["spawned", "body", "awaited"]);
  });

  it("close waits for every task, and for those that they start meanwhile", async () => {
    const ended: string[] = [];
    const { outcome } = await play(async (cx) => {
      await cx.withRegion({}, (region) => {
        region.spawn(async (own) => {
          await own.sleep(10);
          await own.withRegion({}, (inner) => {
            inner.spawn(async (deep) => {
              await deep.sleep(50);
              ended.push("deep");
            });
          });
          ended.push("outer");
        });
      });
      ended.push("closed");
    });
    expect(ended).toEqual(["deep", "outer", "closed"]);
    expect(outcome).toEqual({ type: "ok", value: undefined });
  });

  it("a closed region takes on nothing", async () => {
    const { outcome } = await play(async (cx) => {
      const region = cx.region();
      await region.close();
      expect(() => region.spawn(() => 1)).toThrow(/closed/);
      expect(() => region.defer(() => {})).toThrow(/closed/);
      return region.state;
    });
    expect(outcome).toEqual({ type: "ok", value: "closed" });
  });

  it("the first failure cancels its siblings, with the kind failFast, and is what leaves", async () => {
    let sibling: string | undefined;
    const { outcome } = await play(async (cx) => {
      await cx.withRegion({}, (region) => {
        region.spawn(async (own) => {
          try {
            await own.sleep(10_000);
          } finally {
            sibling = own.cancelReason?.kind;
          }
        });
        region.spawn(async (own) => {
          await own.sleep(5);
          own.fail("no");
        });
      });
    });
    expect(sibling).toBe("failFast");
    expect(outcome).toMatchObject({ type: "err", error: new DomainError("no") });
  });

  it("an error that leaves withRegion cancels what is in it, and is what leaves", async () => {
    let sibling: string | undefined;
    const { outcome } = await play(async (cx) => {
      await cx.withRegion({}, async (region, inner) => {
        region.spawn(async (own) => {
          try {
            await own.sleep(10_000);
          } finally {
            sibling = own.cancelReason?.kind;
          }
        });
        await inner.sleep(1);
        throw new DomainError("mine");
      });
    });
    expect([sibling, outcome?.type]).toEqual(["failFast", "err"]);
  });

  it("finalizers run last in first out, each of them, whatever one throws", async () => {
    const order: number[] = [];
    const { outcome } = await play(async (cx) => {
      await cx.withRegion({}, (region) => {
        for (const number of [1, 2, 3])
          region.defer(async (own) => {
            await own.sleep(1);
            order.push(number);
            if (number === 2) throw new Error("of a finalizer");
          });
      });
    });
    expect(order).toEqual([3, 2, 1]);
    expect(outcome?.type).toBe("panicked");
  });

  it("maxHeapBytes: no task while the heap is larger, and none where nobody knows it", async () => {
    const limit = { limits: { maxHeapBytes: 1_000 } };
    const { outcome } = await play(async (cx, _region, host) => {
      await cx.withRegion(limit, async (region) => {
        const refused = (found: Record<string, unknown>): Error =>
          expect.objectContaining(found) as Error;
        expect(() => region.spawn(() => 1)).toThrow(refused({ code: "UNSUPPORTED" }));
        host.heap = 1_001;
        const over = { code: "LIMIT_REACHED", kind: "heapBytes", limit: 1_000, live: 1_001 };
        expect(() => region.spawn(() => 1)).toThrow(refused(over));
        host.heap = 1_000;
        expect(await region.spawn(() => 1)).toBe(1);
      });
      host.heap = undefined;
      return cx.withRegion({}, (region) => region.spawn(() => 2));
    });
    expect(outcome).toEqual({ type: "ok", value: 2 });
  });

  it("limits hold for the last one that fits, the first that does not, and after one has ended", async () => {
    const refused = (kind: string, limit: number): unknown =>
      expect.objectContaining({ code: "LIMIT_REACHED", kind, limit, live: limit });
    const { outcome } = await play(async (cx) => {
      await cx.withRegion({ limits: { maxTasks: 2, maxChildren: 1 } }, async (region, inner) => {
        const task = region.spawn(() => 1);
        region.spawn((own) => own.sleep(5));
        expect(() => region.spawn(() => 1)).toThrow(refused("tasks", 2) as Error);
        await task;
        region.spawn(() => 1);
        expect(() => region.spawn(() => 1)).toThrow(refused("tasks", 2) as Error);
        const child = inner.region();
        expect(() => inner.region()).toThrow(refused("children", 1) as Error);
        await child.close();
        await inner.withRegion({}, () => {});
      });
    });
    expect(outcome).toEqual({ type: "ok", value: undefined });
  });

  it("a failure that nobody looks at reaches the region, and no unhandledRejection", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const { outcome } = await play((cx) => {
      cx.spawn((own) => own.fail("unseen"));
    });
    process.off("unhandledRejection", note);
    expect([outcome?.type, unhandled]).toEqual(["err", []]);
  });

  it("any tree of tasks, cancelled anywhere, ends with nothing left and every cleanup done", async () => {
    interface Node {
      readonly ms: number;
      readonly act: number;
      readonly children: readonly Node[];
    }
    const { node: trees } = fc.letrec<{ node: Node }>((tie) => ({
      node: fc.record({
        ms: fc.nat(30),
        act: fc.nat(5),
        children: fc.oneof(
          { maxDepth: 3 },
          fc.constant([]),
          fc.array(tie("node"), { maxLength: 3 }),
        ),
      }),
    }));
    await fc.assert(
      fc.asyncProperty(trees, fc.nat(60), async (tree, cancelAt) => {
        let begun = 0;
        let cleaned = 0;
        const grow = async (cx: Cx, { ms, act, children }: Node): Promise<void> => {
          begun++;
          try {
            await cx.withRegion({}, async (region, inner) => {
              for (const child of children) region.spawn((own) => grow(own, child));
              if (act === 0) throw new Error("panic");
              if (act === 1) inner.fail("foreseen");
              if (act === 2) region.cancel();
              await inner.sleep(ms);
            });
          } finally {
            await cx.mask(() => cx.sleep(act));
            cleaned++;
          }
        };
        const { outcome, host } = await play(async (cx, region) => {
          const task = region.spawn((own) => grow(own, tree));
          await cx.sleep(cancelAt);
          task.cancel();
        });
        expect(outcome).toBeDefined();
        expect(cleaned).toBe(begun);
        const count = (kind: string): number =>
          host.events.filter((event) => event.kind === kind).length;
        // The root is never closed by a task.
        expect(count("region_close_complete")).toBe(count("region_open") - 1);
        expect(count("task_complete")).toBe(count("task_spawn"));
      }),
      { numRuns: 60 },
    );
  });
});

// §3: what becomes of a task that was asked to stop depends on whether it heard of it, and when.

import { Cancelled, DomainError, type Cx } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

type Body = (cx: Cx) => unknown;

/** What becomes of a task that is asked to stop after 5 ms, or before it ran. */
async function cancelled(body: Body, isEarly = false): Promise<unknown> {
  const { outcome } = await play(async (cx) => {
    const region = cx.region({ onFailure: "collect", judged: true });
    const task = region.spawn(body);
    if (!isEarly) await cx.sleep(5);
    task.cancel();
    const result = await task.outcome();
    await region.close();
    return result;
  });
  return outcome?.type === "ok" ? outcome.value : outcome;
}

describe("row: R2 attribution", () => {
  it("a body that was cancelled before it ran never runs", async () => {
    let ran = false;
    const result = await cancelled(() => {
      ran = true;
    }, true);
    expect([ran, result]).toMatchObject([false, { type: "cancelled" }]);
  });

  it("a value, request acknowledged: ok", async () => {
    const result = await cancelled(async (cx) => {
      try {
        await cx.sleep(1_000);
      } catch {
        return "saved";
      }
      return "late";
    });
    expect(result).toEqual({ type: "ok", value: "saved" });
  });

  it("a value, request never acknowledged: cancelled", async () => {
    const result = await cancelled((cx) => cx.mask(() => cx.sleep(20)).then(() => "late"));
    expect(result).toMatchObject({ type: "cancelled", reason: { kind: "user" } });
  });

  it("a foreseen error while cleaning up: cancelled, the error is suppressed", async () => {
    const error = new DomainError("of the cleanup");
    const result = await cancelled(async (cx) => {
      try {
        await cx.sleep(1_000);
      } catch {
        throw error;
      }
    });
    expect(result).toMatchObject({ type: "cancelled", suppressed: [error] });
  });

  it("a panic while cleaning up: panicked", async () => {
    const error = new Error("broken");
    const result = await cancelled(async (cx) => {
      try {
        await cx.sleep(1_000);
      } catch {
        throw error;
      }
    });
    expect(result).toEqual({ type: "panicked", error });
  });

  it("an AbortError of a platform without a request: cancelled, by user, from outside", async () => {
    const { outcome } = await play(async (cx) => {
      const region = cx.region({ judged: true });
      const task = region.spawn(() => {
        throw Object.assign(new Error("aborted"), { name: "AbortError" });
      });
      const result = await task.outcome();
      await region.close();
      return result;
    });
    expect(outcome).toMatchObject({
      value: { type: "cancelled", reason: { kind: "user", message: "external" } },
    });
  });

  it("after it was acknowledged every point that is not masked throws again", async () => {
    const thrown: unknown[] = [];
    await cancelled(async (cx) => {
      for (let turn = 0; turn < 3; turn++)
        try {
          await cx.sleep(1_000);
        } catch (error) {
          thrown.push(error instanceof Cancelled);
        }
      await cx.mask(() => cx.sleep(1));
      thrown.push("masked");
    });
    expect(thrown).toEqual([true, true, true, "masked"]);
  });

  it("cleanup has so many polls and no more", async () => {
    let polls = 0;
    const { outcome } = await play(async (cx, region) => {
      const task = region.spawn(async (own) => {
        try {
          await own.sleep(10_000);
        } finally {
          await own.mask(async () => {
            for (;;) {
              await own.yield();
              polls++;
            }
          });
        }
      });
      await cx.sleep(5);
      task.cancel();
    });
    expect(polls).toBe(999);
    expect(outcome).toMatchObject({ type: "panicked", error: { code: "CLEANUP_EXHAUSTED" } });
  });

  it("a request that came again can only strengthen the reason, and says so", async () => {
    const { outcome } = await play(async (cx) => {
      const region = cx.region({ judged: true });
      const task = region.spawn((own) => own.sleep(1_000));
      await cx.sleep(1);
      const first = task.cancel("b");
      const second = task.cancel("a");
      const result = await task.outcome();
      await region.close();
      return [first, second, result];
    });
    expect(outcome).toMatchObject({
      value: [true, false, { type: "cancelled", reason: { kind: "user", message: "a" } }],
    });
  });

  it("a parent is marked before its children, and each of them is", async () => {
    const { host } = await play(async (cx) => {
      const region = cx.region({ judged: true });
      const task = region.spawn(async (own) => {
        await own.withRegion({}, async (inner, deep) => {
          for (let n = 0; n < 2; n++) inner.spawn((leaf) => leaf.sleep(1_000));
          await deep.sleep(1_000);
        });
      });
      await cx.sleep(5);
      task.cancel();
      await region.close();
    });
    const asked = host.events.filter(({ kind }) => kind === "cancel_request");
    expect(asked.map(({ task, region }) => task ?? `region ${region ?? ""}`)).toEqual([
      "0.1.0.0",
      "region 0.1.0.1",
      "0.1.0.1.1",
      "0.1.0.1.0",
    ]);
  });

  it("deadlines stop what waits, and children never have a later one", async () => {
    const { outcome } = await play(async (cx) => {
      const region = cx.region({ budget: { deadline: 20_000 }, judged: true });
      const task = region.spawn((own) => own.sleep(1_000), { budget: { deadline: 90_000 } });
      const result = await task.outcome();
      await region.close();
      return [result, cx.now()];
    });
    expect(outcome).toMatchObject({
      value: [{ type: "cancelled", reason: { kind: "deadline" } }, 20_000],
    });
  });

  it("a poll quota ends what never stops", async () => {
    const { outcome } = await play(async (cx) => {
      const region = cx.region({ budget: { pollQuota: 10 }, judged: true });
      const task = region.spawn(async (own) => {
        for (;;) await own.yield();
      });
      const result = await task.outcome();
      await region.close();
      return result;
    });
    expect(outcome).toMatchObject({
      value: { type: "cancelled", reason: { kind: "pollQuota" } },
    });
  });
});

describe("row: R2 signals", () => {
  it("cx.signal is made when it is looked at, and aborts with the reason", async () => {
    let reason: unknown;
    await cancelled(async (cx) => {
      expect(cx.signal).toBe(cx.signal);
      cx.signal.addEventListener("abort", () => {
        reason = cx.signal.reason;
      });
      await cx.sleep(1_000);
    });
    expect(reason).toMatchObject({ kind: "user" });
  });

  it("of a task that was asked before it is aborted already", async () => {
    const seen: boolean[] = [];
    await cancelled(async (cx) => {
      await cx.sleep(1_000).catch(() => {});
      seen.push(cx.signal.aborted);
    });
    expect(seen).toEqual([true]);
  });

  it("linkSignal turns an abort into a request, and leaves no listener behind", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      listeners--;
      remove(...args);
    };
    const { outcome } = await play(async (cx) => {
      for (let turn = 0; turn < 100; turn++)
        await cx.withRegion({}, (region) => region.linkSignal(signal));
      const left = listeners;
      const region = cx.region({ judged: true });
      region.linkSignal(signal);
      const task = region.spawn((own) => own.sleep(1_000));
      await cx.sleep(1);
      controller.abort();
      const result = await task.outcome();
      await region.close();
      return [left, result];
    });
    expect(outcome).toMatchObject({
      value: [0, { type: "cancelled", reason: { kind: "user", message: "signal" } }],
    });
  });
});

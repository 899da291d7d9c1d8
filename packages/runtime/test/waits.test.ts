// §16 test 7: a wake before, during and after a task waits is never lost, and never counted twice.

import { Channel, Mutex, Notify, type Cx } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

const quiet = { judged: true, onFailure: "collect" } as const;

describe("row: R6 wakes", () => {
  it("before it waits", async () => {
    const { outcome } = await play(async (cx) => {
      const notify = new Notify();
      notify.notifyOne(cx);
      await notify.wait(cx);
      return "woken";
    });
    expect(outcome).toMatchObject({ value: "woken" });
  });

  it("while it runs, between its last look and its wait", async () => {
    const { outcome } = await play(async (cx) => {
      const notify = new Notify();
      const order: string[] = [];
      const waiter = cx.spawn(async (own) => {
        notify.notifyOne(own);
        await notify.wait(own);
        order.push("woken");
      });
      await waiter;
      return order;
    });
    expect(outcome).toMatchObject({ value: ["woken"] });
  });

  it("twice, for two that wait: each once", async () => {
    const { outcome } = await play(async (cx) => {
      const notify = new Notify();
      let woken = 0;
      const wait = async (own: Cx): Promise<void> => {
        await notify.wait(own);
        woken++;
      };
      cx.spawn(wait);
      cx.spawn(wait);
      await cx.sleep(1);
      notify.notifyOne(cx);
      notify.notifyOne(cx);
      await cx.sleep(1);
      return woken;
    });
    expect(outcome).toMatchObject({ value: 2 });
  });

  it.each([
    ["mutex", async (cx: Cx, mutex: Mutex) => void (await mutex.lock(cx))],
    ["channel", async (cx: Cx) => void (await new Channel<number>(1).receive(cx))],
    ["timer", (cx: Cx) => cx.sleep(10_000)],
    ["notify", (cx: Cx) => new Notify().wait(cx)],
  ])("a cancel request reaches one that waits for a %s, at once", async (_name, wait) => {
    const { outcome } = await play(async (cx) => {
      const mutex = new Mutex();
      const guard = await mutex.lock(cx);
      const region = cx.region(quiet);
      const task = region.spawn((own) => wait(own, mutex));
      await cx.sleep(1);
      task.cancel();
      const { type } = await task.outcome();
      const at = cx.now();
      await region.close();
      guard.release();
      return [type, at, mutex.isLocked];
    });
    expect(outcome).toMatchObject({ value: ["cancelled", 1_000, false] });
  });

  it("granted and asked to stop in the same turn: what was granted is had, and given back", async () => {
    const { outcome } = await play(async (cx) => {
      const mutex = new Mutex();
      const guard = await mutex.lock(cx);
      const region = cx.region(quiet);
      const first = region.spawn((own) => mutex.use(own, () => own.sleep(5)));
      const second = region.spawn((own) => mutex.use(own, () => "second"));
      await cx.sleep(1);
      guard.release();
      first.cancel();
      const outcomes = [await first.outcome(), await second.outcome()].map(({ type }) => type);
      await region.close();
      return [outcomes, mutex.isLocked];
    });
    expect(outcome).toMatchObject({ value: [["cancelled", "ok"], false] });
  });
});

describe("row: R6 sleeps", () => {
  it("one that is asked to stop leaves no timer", async () => {
    const { outcome } = await play(async (cx, _region, host) => {
      const task = cx.spawn((own) => own.sleep(1_000_000));
      await cx.sleep(1);
      expect(host.timerCount).toBe(1);
      task.cancel();
      const ended = await task.outcome();
      return [ended.type, host.timerCount];
    });
    expect(outcome).toMatchObject({ value: ["cancelled", 0] });
  });

  it("one that ends before its deadline leaves no timer for that", async () => {
    const { outcome } = await play(async (cx, _region, host) => {
      const deadline = cx.now() + 1_000_000_000;
      await cx.spawn((own) => own.sleep(1), { budget: { deadline } });
      return host.timerCount;
    });
    expect(outcome).toMatchObject({ value: 0 });
  });

  it("a deadline that comes before its end ends it", async () => {
    const { outcome } = await play(async (cx) => {
      const deadline = cx.now() + 5_000;
      const task = cx.spawn((own) => own.sleep(1_000), { budget: { deadline } });
      const ended = await task.outcome();
      return [ended, cx.now()];
    });
    expect(outcome).toMatchObject({
      value: [{ type: "cancelled", reason: { kind: "deadline" } }, 5_000],
    });
  });

  it.each(["sleep", "yield"] as const)(
    "%s begins nothing when the budget is spent",
    async (how) => {
      let polls = 0;
      const { outcome } = await play(async (cx) => {
        const task = cx.spawn(
          async (own) => {
            for (; ; polls++) await (how === "sleep" ? own.sleep(1) : own.yield());
          },
          { budget: { pollQuota: 3 } },
        );
        const ended = await task.outcome();
        return [ended, cx.now()];
      });
      expect(outcome).toMatchObject({
        value: [{ type: "cancelled", reason: { kind: "pollQuota" } }, how === "sleep" ? 2_000 : 0],
      });
      expect(polls).toBe(2);
    },
  );
});

// §5: what was reserved is committed or aborted once, or its leak is heard.

import { Channel, Mutex, type LeakResponse } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

async function leaked(onLeak: LeakResponse | undefined): Promise<[unknown, string[]]> {
  const { outcome, host } = await play(async (cx) => {
    const region = cx.region({ judged: true, ...(onLeak === undefined ? {} : { onLeak }) });
    const mutex = new Mutex();
    const task = region.spawn(async (own) => {
      await mutex.lock(own);
      return 1;
    });
    const result = await task.outcome();
    await region.close();
    return [result, mutex.isLocked];
  });
  const told = host.events.map(({ kind }) => kind).filter((kind) => kind.startsWith("obligation"));
  return [outcome?.type === "ok" ? outcome.value : outcome, told];
}

describe("row: R3 block: SEC-BLOCK-05 obligations", () => {
  it("fail: a holder that ends without resolving panics, by kind and path", async () => {
    const [value, told] = await leaked(undefined);
    expect(value).toMatchObject([
      { type: "panicked", error: { code: "OBLIGATION_LEAKED", message: /^0\.1\.0\.0: lockGuard/ } },
      true,
    ]);
    expect(told).toEqual(["obligation_reserve", "obligation_leak"]);
  });

  it.each(["log", "silent"] as const)("%s: the outcome stays", async (response) => {
    const [value, told] = await leaked(response);
    expect(value).toEqual([{ type: "ok", value: 1 }, true]);
    expect(told).toEqual(["obligation_reserve", "obligation_leak"]);
  });

  it("recover: it is aborted, and given back", async () => {
    const [value, told] = await leaked("recover");
    expect(value).toEqual([{ type: "ok", value: 1 }, false]);
    expect(told).toEqual(["obligation_reserve", "obligation_abort"]);
  });

  it("while another error leaves, a leak does not hide it", async () => {
    const { outcome } = await play(async (cx) => {
      const region = cx.region({ judged: true });
      const task = region.spawn(async (own) => {
        await new Mutex().lock(own);
        own.fail("first");
      });
      const result = await task.outcome();
      await region.close();
      return result;
    });
    expect(outcome).toMatchObject({ value: { type: "err", error: { message: "first" } } });
  });

  it("from so many leaks on the response is another one; 0 counts as 1", async () => {
    const { outcome } = await play(async (cx) => {
      const kinds: string[] = [];
      for (const threshold of [0, 2]) {
        const region = cx.region({
          judged: true,
          onFailure: "collect",
          onLeak: "silent",
          escalation: { threshold, to: "fail" },
        });
        for (let turn = 0; turn < 2; turn++) {
          const task = region.spawn(async (own) => void (await new Mutex().lock(own)));
          kinds.push((await task.outcome()).type);
        }
        await region.close();
      }
      return kinds;
    });
    expect(outcome).toMatchObject({ value: ["panicked", "panicked", "ok", "panicked"] });
  });

  it("a second resolution throws", async () => {
    await play(async (cx) => {
      const permit = await new Channel<number>(1).reserve(cx);
      permit.send(1);
      expect(() => permit.send(2)).toThrow(
        expect.objectContaining({ code: "OBLIGATION_RESOLVED" }),
      );
      const guard = await new Mutex().lock(cx);
      guard.release();
      expect(() => guard.release()).toThrow(
        expect.objectContaining({ code: "OBLIGATION_RESOLVED" }),
      );
    });
  });
});

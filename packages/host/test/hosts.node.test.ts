// Both hosts run the same programs to the same end.

import { nodeHost } from "@wirewall/host";
import { browserHost } from "@wirewall/host/browser";
import { Channel, race, run } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";

const hosts = [
  ["nodeHost", nodeHost],
  ["browserHost", browserHost],
] as const;

describe.each(hosts)("row: R6 %s", (_name, host) => {
  it("runs tasks, timers and channels to their end", async () => {
    const outcome = await run(host(), async (cx) => {
      const channel = new Channel<number>(1);
      const received: number[] = [];
      await cx.withRegion({}, (region) => {
        region.spawn(async (own) => {
          for (let n = 0; n < 5; n++) await channel.send(own, n);
          channel.close();
        });
        region.spawn(async (own) => {
          for (;;) {
            const value = await channel.receive(own);
            if (value === undefined) return;
            received.push(value);
            await own.sleep(1);
          }
        });
      });
      const won = await race(cx, [
        (own) => own.sleep(2).then(() => "short"),
        (own) => own.sleep(60_000).then(() => "long"),
      ]);
      return [received, won];
    });
    expect(outcome).toEqual({ type: "ok", value: [[0, 1, 2, 3, 4], "short"] });
  });

  it("fills any number of bytes, and not with the same", () => {
    const bytes = new Uint8Array(200_000);
    host().fillRandom(bytes);
    const halves = [bytes.subarray(0, 100_000), bytes.subarray(100_000)];
    expect(halves.map((half) => new Set(half).size)).toEqual([256, 256]);
  });
});

describe("row: R1 the heap of Node", () => {
  it("a region takes on no more while too much of it is used", async () => {
    const within = (maxHeapBytes: number) =>
      run(nodeHost(), (cx) =>
        cx.withRegion({ limits: { maxHeapBytes } }, (region) => region.spawn(() => 1)),
      );
    expect(await within(2 ** 40)).toEqual({ type: "ok", value: 1 });
    expect(await within(1_000)).toMatchObject({ error: { code: "LIMIT_REACHED" } });
  });

  it("a browser does not tell it", async () => {
    const limits = { maxHeapBytes: 2 ** 40 };
    const outcome = await run(browserHost(), (cx) =>
      cx.withRegion({ limits }, (region) => region.spawn(() => 1)),
    );
    expect(outcome).toMatchObject({ error: { code: "UNSUPPORTED" } });
  });
});

describe("row: R6 turns of Node", () => {
  it("tasks that never wait leave room for others", async () => {
    let turns = 0;
    let isOver = false;
    const tick = (): void => {
      turns++;
      if (!isOver) setTimeout(tick, 0);
    };
    setTimeout(tick, 0);
    await run(nodeHost(), async (cx) => {
      for (let n = 0; n < 50_000; n++) await cx.yield();
    });
    isOver = true;
    expect(turns).toBeGreaterThan(1);
  });
});

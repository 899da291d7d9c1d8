import { describe, expect, it } from "vitest";
import { ClientError, FanOut, limits } from "../src/index.js";

const LIMITS = limits.resolve();

describe("fan-out: every reader sees the whole content", () => {
  it("in order, whatever the pace of each", async () => {
    const fanOut = new FanOut(numbered(200, 100));
    const readers = Array.from({ length: 5 }, () => fanOut.reader());
    const seen = await Promise.all(
      readers.map(async (reader, place) => {
        const numbers: number[] = [];
        for await (const piece of reader) {
          numbers.push(piece[0] ?? -1);
          if (place === 0 && numbers.length % 20 === 0) await tick();
        }
        return numbers;
      }),
    );
    const all = Array.from({ length: 200 }, (_, number) => number);
    for (const numbers of seen) expect(numbers).toEqual(all);
    expect(fanOut.held).toBe(0);
    expect(fanOut.readerCount).toBe(0);
  });

  it("a failing source fails for all, after what came before", async () => {
    const fault = new Error("source");
    const fanOut = new FanOut(
      (async function* () {
        yield new Uint8Array([1]);
        throw fault;
      })(),
    );
    const readers = [fanOut.reader(), fanOut.reader()];
    for (const reader of readers) {
      expect((await reader.next()).value).toEqual(new Uint8Array([1]));
      await expect(reader.next()).rejects.toBe(fault);
      await expect(reader.next()).rejects.toBe(fault);
    }
  });

  it("when the last reader leaves, the source is ended", async () => {
    let ended = false;
    const fanOut = new FanOut(
      (async function* () {
        try {
          for (;;) yield new Uint8Array(10);
        } finally {
          ended = true;
        }
      })(),
    );
    const [one, two] = [fanOut.reader(), fanOut.reader()];
    await one.next();
    await one.return?.();
    expect(ended).toBe(false);
    await two.next();
    await two.return?.();
    await tick();
    expect(ended).toBe(true);
    expect(fanOut.held).toBe(0);
  });

  it("nobody may join once it has begun, nor beyond the count", async () => {
    const fanOut = new FanOut(numbered(3, 1), { ...LIMITS, maxFanOutReaderCount: 2 });
    const reader = fanOut.reader();
    fanOut.reader();
    expect(() => fanOut.reader()).toThrow(ClientError);
    await reader.next();
    expect(() => fanOut.reader()).toThrow(/before the first one reads/);
  });
});

describe("fan-out is bounded (threat: H1-33)", () => {
  it("1,000 slow readers of one body: what is held does not grow with their number", async () => {
    const held: number[] = [];
    for (const count of [1, 1_000]) {
      const fanOut = new FanOut(numbered(1_000, 65_536));
      const readers = Array.from({ length: count }, () => fanOut.reader());
      const fast = fanOut.reader();
      let taken = 0;
      const run = (async () => {
        while ((await fast.next()).done !== true) taken++;
      })();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(taken).toBeGreaterThan(0);
      expect(taken).toBeLessThanOrEqual(LIMITS.maxFanOutBytes / 65_536 + 1);
      held.push(fanOut.held);
      for (const reader of readers) await reader.return?.();
      await run;
      expect(taken).toBe(1_000);
    }
    expect(held[0]).toBe(held[1]);
    expect(held[1]).toBeLessThanOrEqual(LIMITS.maxFanOutBytes + 65_536 + 256);
  });

  it("the slowest sets the pace", async () => {
    const fanOut = new FanOut(numbered(64, 65_536), { ...LIMITS, maxFanOutBytes: 65_536 });
    const [fast, slow] = [fanOut.reader(), fanOut.reader()];
    let ahead = 0;
    let behind = 0;
    let most = 0;
    const run = (async () => {
      while ((await fast.next()).done !== true) most = Math.max(most, ++ahead - behind);
    })();
    while ((await slow.next()).done !== true) {
      behind++;
      await tick();
    }
    await run;
    expect([ahead, behind]).toEqual([64, 64]);
    expect(most).toBeLessThanOrEqual(3);
  });

  it("a reader that holds all others up for too long is dropped, and they go on", async () => {
    const fanOut = new FanOut(numbered(50, 65_536), {
      ...LIMITS,
      maxFanOutBytes: 65_536,
      fanOutStallTimeoutMs: 30,
    });
    const [fast, stuck] = [fanOut.reader(), fanOut.reader()];
    await stuck.next();
    let taken = 0;
    while ((await fast.next()).done !== true) taken++;
    expect(taken).toBe(50);
    await expect(stuck.next()).rejects.toMatchObject({ code: "client.fan-out.stalled" });
    expect(fanOut.held).toBe(0);
  });

  it("a million empty pieces are not kept, tiny ones are charged as objects", async () => {
    const fanOut = new FanOut(
      (async function* () {
        for (let count = 0; count < 20_000; count++) yield new Uint8Array(count % 2);
      })(),
      { ...LIMITS, maxFanOutBytes: 4_096 },
    );
    const [fast, slow] = [fanOut.reader(), fanOut.reader()];
    let taken = 0;
    const run = (async () => {
      while ((await fast.next()).done !== true) taken++;
    })();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(taken).toBeLessThanOrEqual(4_096 / 129 + 1);
    await slow.return?.();
    await run;
    expect(taken).toBe(10_000);
  });
});

async function* numbered(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let number = 0; number < count; number++) {
    const piece = new Uint8Array(size);
    piece[0] = number;
    yield piece;
  }
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// §13: a compressed trace file says what one that is not says, and costs no more than a chunk of it.

import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  readTraceFile,
  recoverTraceFile,
  TraceFileDecoder,
  TraceFileError,
  writeTraceFile,
  type TraceEvent,
} from "@wirewall/trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const sha256 = () => createHash("sha256");
const inflate = (bytes: Uint8Array, maxOutputLength: number): Uint8Array =>
  inflateRawSync(bytes, { maxOutputLength });
const EVENTS: readonly TraceEvent[] = Array.from({ length: 200 }, (_, seq) => ({
  seq,
  t: seq,
  kind: "user",
  data: { text: `the same in each ${seq % 3}` },
}));
const PLAIN = writeTraceFile(EVENTS, { program: "a" }, sha256);
const FILE = writeTraceFile(EVENTS, { program: "a" }, sha256, deflateRawSync);
const BODY_AT = 49 + '{"program":"a","schema":1}'.length + 40;

const codeOf = (bytes: Uint8Array): unknown => {
  try {
    readTraceFile(bytes, sha256, { inflate });
    return "ok";
  } catch (error) {
    if (!(error instanceof TraceFileError)) throw error;
    return [error.code, error.offset, error.limit];
  }
};
/** The frames in other chunks: `[length or undefined for the right one, holds or undefined, bytes]`. */
function withChunks(
  chunks: readonly (readonly [number | undefined, number | undefined, Uint8Array])[],
): Uint8Array {
  const parts = chunks.map(([length, holds, packed]) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(length ?? packed.length);
    head.writeUInt32BE(holds ?? inflateRawSync(packed).length, 4);
    return Buffer.concat([head, packed]);
  });
  return Buffer.concat([FILE.subarray(0, BODY_AT), ...parts]);
}
const frames = PLAIN.subarray(BODY_AT);
const whole = deflateRawSync(frames);
const MAX = 67_108_864;

describe("row: R9 a compressed trace file", () => {
  it("is read as it was written, and is smaller", () => {
    expect(readTraceFile(FILE, sha256, { inflate })).toEqual(readTraceFile(PLAIN, sha256));
    expect(FILE.length).toBeLessThan(PLAIN.length / 4);
    const empty = writeTraceFile([], {}, sha256, deflateRawSync);
    expect(readTraceFile(empty, sha256, { inflate }).events).toEqual([]);
  });

  it("is refused by whoever cannot inflate, and a compression that nobody knows by everybody", () => {
    expect(() => readTraceFile(FILE, sha256)).toThrow(
      expect.objectContaining({ code: "UnsupportedFlags", offset: 12 }) as Error,
    );
    const other = FILE.slice();
    other[12] = 2;
    expect(codeOf(other)).toEqual(["UnsupportedFlags", 12, undefined]);
  });

  it("frames may lie across chunks of any length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: frames.length }), (size) => {
        const chunks = [];
        for (let at = 0; at < frames.length; at += size)
          chunks.push([
            undefined,
            undefined,
            deflateRawSync(frames.subarray(at, at + size)),
          ] as const);
        expect(codeOf(withChunks(chunks))).toBe("ok");
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["no DEFLATE", [[undefined, 9, Buffer.alloc(9, 0xff)]], ["InvalidEvent", BODY_AT, undefined]],
    ["holds more than it says", [[undefined, 5, whole]], ["InvalidEvent", BODY_AT, undefined]],
    [
      "holds less than it says",
      [[undefined, frames.length + 1, whole]],
      ["InvalidEvent", BODY_AT, undefined],
    ],
    ["holds nothing", [[undefined, 0, whole]], ["InvalidEvent", BODY_AT, undefined]],
    ["is longer than it may be", [[MAX + 1, 1, whole]], ["InvalidEvent", BODY_AT, MAX]],
    ["holds more than it may", [[undefined, MAX + 1, whole]], ["InvalidEvent", BODY_AT, MAX]],
    [
      "more than the frames",
      [[undefined, undefined, deflateRawSync(Buffer.concat([frames, Buffer.of(0)]))]],
      ["EventCountMismatch", BODY_AT, undefined],
    ],
  ] as const)("a chunk: %s", (_, chunks, refused) => {
    expect(codeOf(withChunks(chunks))).toEqual(refused);
  });

  it("bytes behind the last chunk", () => {
    const more = Buffer.concat([FILE, Buffer.of(0)]);
    expect(codeOf(more)).toEqual(["EventCountMismatch", FILE.length, undefined]);
  });

  it("a chunk of the last length that is read is waited for", () => {
    expect(codeOf(withChunks([[MAX, MAX, whole]]))).toEqual([
      "Truncated",
      BODY_AT + 8 + whole.length,
      undefined,
    ]);
  });

  it("one that was cut gives the events of its whole chunks, and says that something is missing", () => {
    const half = deflateRawSync(frames.subarray(0, frames.length >> 1));
    const rest = deflateRawSync(frames.subarray(frames.length >> 1));
    const two = withChunks([
      [undefined, undefined, half],
      [undefined, undefined, rest],
    ]);
    expect(codeOf(two)).toBe("ok");
    for (let length = 49; length < two.length; length += 7) {
      const { events, issue } = recoverTraceFile(two.subarray(0, length), sha256, { inflate });
      expect(events).toEqual(EVENTS.slice(0, events.length));
      expect(issue?.code).toBe("Truncated");
    }
    const { events } = recoverTraceFile(two.subarray(0, -1), sha256, { inflate });
    expect(events.length).toBeGreaterThan(90);
  });

  it("says the same however its bytes come", () => {
    const items = (cuts: readonly number[]): unknown[] => {
      const decoder = new TraceFileDecoder(sha256, { inflate });
      const found: unknown[] = [];
      const take = (): void => {
        for (let item = decoder.next(); item !== undefined; item = decoder.next()) found.push(item);
      };
      let from = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), FILE.length]) {
        decoder.receive(FILE.slice(from, cut));
        take();
        from = cut;
      }
      decoder.end();
      take();
      return found;
    };
    const all = items([]);
    expect(all).toHaveLength(EVENTS.length + 2);
    fc.assert(
      fc.property(fc.array(fc.nat(FILE.length), { maxLength: 8 }), (cuts) => {
        expect(items(cuts)).toEqual(all);
      }),
    );
  });

  it("chunks together hold at most 200 times their bytes, beyond what one may hold", () => {
    const text = "a".repeat(15_000_000);
    const large = (count: number): Uint8Array =>
      writeTraceFile(
        Array.from({ length: count }, (_, seq) => ({ seq, t: 0, kind: "user", data: { text } })),
        {},
        sha256,
        deflateRawSync,
      );
    expect(readTraceFile(large(4), sha256, { inflate }).events).toHaveLength(4);
    const { events, issue } = recoverTraceFile(large(6), sha256, { inflate });
    expect(issue).toMatchObject({ code: "InvalidEvent", limit: 200 });
    expect(events.length).toBeLessThan(6);
  });

  it("a bomb costs what it says that it holds, and no more", () => {
    const bomb = deflateRawSync(Buffer.alloc(64_000_000));
    const asked: number[] = [];
    const counting = (bytes: Uint8Array, most: number): Uint8Array => {
      asked.push(most);
      return inflate(bytes, most);
    };
    const file = withChunks([[undefined, 1_000, bomb]]);
    const { issue } = recoverTraceFile(file, sha256, { inflate: counting });
    expect(issue?.code).toBe("InvalidEvent");
    expect(asked).toEqual([1_000]);
  });
});

// §13: a trace file is read as it was written, however its bytes come, and whatever is wrong with it is
// said by its code and its place.

import { createHash } from "node:crypto";
import {
  readTraceFile,
  recoverTraceFile,
  TraceFileDecoder,
  TraceFileError,
  writeTraceFile,
  type TraceEvent,
  type TraceFileItem,
} from "@wirewall/trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const sha256 = () => createHash("sha256");
const event = (seq: number, data: TraceEvent["data"] = {}): TraceEvent => ({
  seq,
  t: seq * 10,
  kind: "user",
  region: "0",
  task: "0.1",
  data,
});
const EVENTS = [event(0), event(1, { text: "grün\u2028" }), event(2, { list: [1, null, true] })];
const FILE = writeTraceFile(EVENTS, { program: "a" }, sha256);
const METADATA_AT = 49;
const COUNT_AT = METADATA_AT + '{"program":"a","schema":1}'.length;
const FRAMES_AT = COUNT_AT + 40;

const codeOf = (bytes: Uint8Array): unknown => {
  try {
    readTraceFile(bytes, sha256);
    return "ok";
  } catch (error) {
    if (!(error instanceof TraceFileError)) throw error;
    return [error.code, error.offset, error.limit];
  }
};
const changed = (at: number, ...bytes: number[]): Uint8Array => {
  const copy = FILE.slice();
  copy.set(bytes, at);
  return copy;
};
/** The same with hashes that fit, so that what is inside is looked at. */
function withFrames(frames: readonly string[], count = frames.length, metadata = '{"schema":1}') {
  const text = new TextEncoder();
  const parts = frames.map((frame) => {
    const bytes = text.encode(frame);
    const part = new Uint8Array(4 + bytes.length);
    new DataView(part.buffer).setUint32(0, bytes.length);
    part.set(bytes, 4);
    return part;
  });
  const about = text.encode(metadata);
  const head = FILE.slice(0, 17);
  new DataView(head.buffer).setUint32(13, about.length);
  const counted = new Uint8Array(8);
  new DataView(counted.buffer).setBigUint64(0, BigInt(count));
  return Buffer.concat([
    head,
    sha256().update(about).digest(),
    about,
    counted,
    sha256().update(Buffer.concat(parts)).digest(),
    ...parts,
  ]);
}

describe("row: R9 the trace file", () => {
  it("gives back what was written, with its metadata", () => {
    expect(readTraceFile(FILE, sha256)).toEqual({
      metadata: { program: "a", schema: 1 },
      events: EVENTS,
    });
    expect(readTraceFile(writeTraceFile([], {}, sha256), sha256).events).toEqual([]);
  });

  it("has the bytes that the format says", () => {
    const view = new DataView(FILE.buffer);
    expect(new TextDecoder().decode(FILE.subarray(0, 8))).toBe("WWTRACE\n");
    expect([view.getUint16(8), view.getUint16(10), view.getUint8(12)]).toEqual([1, 0, 0]);
    expect(view.getUint32(13)).toBe(COUNT_AT - METADATA_AT);
    const metadata = FILE.subarray(METADATA_AT, COUNT_AT);
    expect(Buffer.from(FILE.subarray(17, 49))).toEqual(sha256().update(metadata).digest());
    expect(view.getBigUint64(COUNT_AT)).toBe(3n);
    const frames = FILE.subarray(FRAMES_AT);
    expect(Buffer.from(FILE.subarray(COUNT_AT + 8, FRAMES_AT))).toEqual(
      sha256().update(frames).digest(),
    );
  });

  it.each([
    ["nothing at all", new Uint8Array(0), ["FileTooSmall", 0, undefined]],
    ["less than a head", FILE.slice(0, 48), ["FileTooSmall", 48, undefined]],
    ["another magic", changed(3, 0), ["InvalidMagic", 3, undefined]],
    ["a line feed that became two bytes", changed(7, 13, 10), ["InvalidMagic", 7, undefined]],
    ["a version to come", changed(9, 2), ["UnsupportedVersion", 8, undefined]],
    ["a flag", changed(11, 1), ["UnsupportedFlags", 10, undefined]],
    ["a compression", changed(12, 1), ["UnsupportedFlags", 12, undefined]],
    ["too much metadata", changed(13, 255), ["InvalidMetadata", 13, 1_048_576]],
    ["metadata that was changed", changed(51, 65), ["InvalidMetadata", 49, undefined]],
    ["no end of the metadata", FILE.slice(0, 60), ["Truncated", 60, undefined]],
    ["too many events", changed(COUNT_AT, 1), ["EventCountMismatch", COUNT_AT, 10_000_000]],
    ["an event more than counted", changed(COUNT_AT + 7, 2), ["EventCountMismatch", -1, undefined]],
    ["an event less than counted", changed(COUNT_AT + 7, 4), ["Truncated", FILE.length, undefined]],
    ["an event that is too long", changed(FRAMES_AT, 255), ["InvalidEvent", FRAMES_AT, 16_777_216]],
    ["no end of an event", FILE.slice(0, -1), ["Truncated", FILE.length - 1, undefined]],
    [
      "bytes behind the end",
      Buffer.concat([FILE, Buffer.of(0)]),
      ["EventCountMismatch", FILE.length, undefined],
    ],
    ["another schema", withFrames([], 0, '{"schema":2}'), ["SchemaMismatch", 49, undefined]],
    ["metadata that is a list", withFrames([], 0, "[1]"), ["InvalidMetadata", 49, undefined]],
    [
      "metadata with a blank",
      withFrames([], 0, '{"schema": 1}'),
      ["InvalidMetadata", 49, undefined],
    ],
  ])("%s", (_what, bytes, expected) => {
    const found = codeOf(bytes) as unknown[];
    expect(expected[1] === -1 ? [found[0], -1, found[2]] : found).toEqual(expected);
  });

  it.each([
    ["no JSON", "{"],
    ["another order of names", '{"t":0,"seq":0,"kind":"user","data":{}}'],
    ["a name that no event has", '{"data":{},"extra":1,"kind":"user","seq":0,"t":0}'],
    ["a kind that there is not", '{"data":{},"kind":"secret","seq":0,"t":0}'],
    ["a time that is none", '{"data":{},"kind":"user","seq":0,"t":-1}'],
    ["a number that is none", '{"data":{},"kind":"user","seq":0.5,"t":0}'],
    ["data that are a list", '{"data":[],"kind":"user","seq":0,"t":0}'],
    ["an escape that is not needed", '{"data":{"a":"\\u0041"},"kind":"user","seq":0,"t":0}'],
  ])("an event with %s is refused", (_what, frame) => {
    expect(codeOf(withFrames([frame]))).toEqual(["InvalidEvent", 49 + 12 + 40 + 4, undefined]);
  });

  it("numbers and times only go forward", () => {
    const line = (seq: number, t: number) => `{"data":{},"kind":"user","seq":${seq},"t":${t}}`;
    expect(codeOf(withFrames([line(1, 5), line(2, 5)]))).toBe("ok");
    for (const second of [line(1, 5), line(0, 6), line(2, 4)])
      expect((codeOf(withFrames([line(1, 5), second])) as unknown[])[0]).toBe(
        "TimelineNonMonotonic",
      );
  });

  it("any byte that is changed is noticed", () => {
    fc.assert(
      fc.property(fc.nat(FILE.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        expect(codeOf(changed(at, (FILE[at] ?? 0) ^ change))).not.toBe("ok");
      }),
    );
  });

  it("a file that was cut anywhere gives its first events, and says what is missing", () => {
    for (let length = 0; length < FILE.length; length++) {
      const { events, issue } = recoverTraceFile(FILE.slice(0, length), sha256);
      expect(events).toEqual(EVENTS.slice(0, events.length));
      expect(issue?.code).toBe(length < 49 ? "FileTooSmall" : "Truncated");
    }
    expect(recoverTraceFile(FILE.slice(0, -1), sha256).events).toHaveLength(2);
  });

  it("says the same however its bytes come", () => {
    const items = (bytes: Uint8Array, cuts: readonly number[]): TraceFileItem[] => {
      const decoder = new TraceFileDecoder(sha256);
      const found: TraceFileItem[] = [];
      const take = (): void => {
        for (let item = decoder.next(); item !== undefined; item = decoder.next()) found.push(item);
      };
      let from = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        decoder.receive(bytes.slice(from, Math.max(from, cut)));
        take();
        from = Math.max(from, cut);
      }
      decoder.end();
      take();
      expect(decoder.next()).toBeUndefined();
      return found;
    };
    fc.assert(
      fc.property(
        fc.array(fc.nat(FILE.length), { maxLength: 12 }),
        fc.option(fc.nat(FILE.length - 1)),
        (cuts, broken) => {
          const bytes = broken === null ? FILE : changed(broken, (FILE[broken] ?? 0) ^ 1);
          expect(items(bytes, cuts)).toEqual(items(bytes, []));
        },
      ),
    );
  });

  it("what was declared and does not come costs nothing", () => {
    const decoder = new TraceFileDecoder(sha256);
    const frame = withFrames([]);
    const declared = Buffer.concat([
      frame.subarray(0, 61),
      Buffer.alloc(40),
      Buffer.of(0, 255, 255, 255),
    ]);
    declared[68] = 1;
    const before = process.memoryUsage().arrayBuffers;
    decoder.receive(declared);
    while (decoder.next() !== undefined);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

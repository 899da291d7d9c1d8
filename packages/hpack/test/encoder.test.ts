// What is written: size updates first, references where there are any, secrets apart, and nothing
// that is not a byte.

import { BlockDecoder, BlockEncoder, encodeBlock, isNeverIndexed } from "@wirewall/hpack";
import { UsageError } from "@wirewall/limits";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coded, indexed, integer, literal, plain, read, sizeUpdate, type Pair } from "./blocks.ts";
import { byteText } from "./laws/octets.ts";

function write(encoder: BlockEncoder, ...fields: readonly Pair[]): number[] {
  encoder.begin();
  for (const [name, value] of fields) encoder.field(name, value);
  return [...encoder.finish()];
}

describe("row: C2 §6 representations that are written", () => {
  it("a field of the static table is one octet, and one that came before as well", () => {
    const encoder = new BlockEncoder();
    expect(write(encoder, [":method", "GET"], [":status", "404"])).toEqual([
      ...indexed(2),
      ...indexed(13),
    ]);
    write(encoder, ["x-a", "1"], ["x-b", "2"]);
    expect(write(encoder, ["x-a", "1"], ["x-b", "2"])).toEqual([...indexed(63), ...indexed(62)]);
  });

  it("a name that is known goes as an index", () => {
    const encoder = new BlockEncoder();
    expect(write(encoder, ["server", "\n"])).toEqual(literal("incremental", 54, "\n"));
    write(encoder, ["x-a", "1"]);
    expect(write(encoder, ["x-a", "\n"])).toEqual(literal("incremental", 62, "\n"));
  });

  it("Huffman code where it is shorter, octet for octet otherwise", () => {
    expect([...encodeBlock([["x", "00000000"]])].slice(3)).toEqual(coded("00000000"));
    expect([...encodeBlock([["x", "\n\n"]])].slice(3)).toEqual(plain("\n\n"));
    expect([...encodeBlock([["x", "{}"]])].slice(3), "not where it is as long").toEqual(
      plain("{}"),
    );
    expect([...encodeBlock([["x", ""]])].slice(3)).toEqual([0]);
  });

  it("what hardly repeats stays out of the table", () => {
    const encoder = new BlockEncoder();
    write(encoder, ["etag", '"1"'], ["content-length", "12"], [":path", "/a"]);
    expect(encoder.tableBytes).toBe(0);
  });

  it("what would push out half of the table stays out of it", () => {
    const encoder = new BlockEncoder({ tableBytes: 200 });
    write(encoder, ["x", "v".repeat(67)]);
    expect(encoder.tableBytes).toBe(100);
    write(encoder, ["x", "w".repeat(68)]);
    expect(encoder.tableBytes).toBe(100);
  });

  it("any list of bytes is read as it was written, block after block", () => {
    const text = fc.oneof(fc.constantFrom("a", "b", "cookie", ""), byteText(30));
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.tuple(text, text, fc.boolean()), { maxLength: 12 }), { maxLength: 6 }),
        fc.constantFrom(0, 40, 200, 4_096),
        (blocks, tableBytes) => {
          const encoder = new BlockEncoder({ tableBytes });
          const decoder = new BlockDecoder({ tableBytes });
          for (const fields of blocks) {
            encoder.begin();
            for (const [name, value, never] of fields) encoder.field(name, value, never);
            const result = read(decoder, encoder.finish());
            expect(result.violation).toBeUndefined();
            expect(result.fields).toEqual(fields.map(([name, value]) => [name, value]));
            expect(result.never).toEqual(
              fields
                .filter(([name, , never]) => never || isNeverIndexed(name))
                .map(([name]) => name),
            );
            expect(decoder.tableBytes).toBe(encoder.tableBytes);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("a text of many octets makes room for itself", () => {
    const value = "\x16".repeat(60_000);
    expect(read(new BlockDecoder(), encodeBlock([["x", value]])).fields).toEqual([["x", value]]);
  });
});

describe("row: C2 §4.2 size updates that are written", () => {
  const GET: Pair = [":method", "GET"];

  it("stand first in the next block, once", () => {
    const encoder = new BlockEncoder();
    encoder.setMaxTableBytes(100);
    expect(write(encoder, GET)).toEqual([...sizeUpdate(100), ...indexed(2)]);
    expect(write(encoder, GET)).toEqual(indexed(2));
  });

  it("lowered and raised in between: the lowest and the last", () => {
    const encoder = new BlockEncoder();
    for (const bytes of [1_000, 50, 2_000]) encoder.setMaxTableBytes(bytes);
    expect(write(encoder, GET)).toEqual([...sizeUpdate(50), ...sizeUpdate(2_000), ...indexed(2)]);
  });

  it("lowered and raised to what it was: both are said, since entries are gone", () => {
    const encoder = new BlockEncoder();
    const decoder = new BlockDecoder();
    read(decoder, write(encoder, ["x", "y"]));
    encoder.setMaxTableBytes(0);
    encoder.setMaxTableBytes(4_096);
    decoder.setMaxTableBytes(0);
    decoder.setMaxTableBytes(4_096);
    const { fields, violation } = read(decoder, write(encoder, ["x", "y"]));
    expect(violation).toBeUndefined();
    expect(fields).toEqual([["x", "y"]]);
  });

  it("no more than ours is used of what the peer allows", () => {
    const encoder = new BlockEncoder({ limits: { maxTableBytes: 1_000 } });
    expect(write(encoder, GET), "what HTTP/2 begins with is more").toEqual([
      ...sizeUpdate(1_000),
      ...indexed(2),
    ]);
    encoder.setMaxTableBytes(65_536);
    expect(write(encoder, GET)).toEqual(indexed(2));
    encoder.setMaxTableBytes(999);
    expect(write(encoder, GET)).toEqual([...sizeUpdate(999), ...indexed(2)]);
  });

  it("a peer without a table gets no entry", () => {
    const encoder = new BlockEncoder({ tableBytes: 0 });
    expect(write(encoder, ["x", "y"])).toEqual([...integer(0, 4), ...plain("x"), ...plain("y")]);
    expect(encoder.tableBytes).toBe(0);
  });

  it("a size that is none is misuse", () => {
    const encoder = new BlockEncoder();
    for (const bytes of [-1, 0.5, Number.NaN, 2 ** 32])
      expect(() => {
        encoder.setMaxTableBytes(bytes);
      }).toThrow(RangeError);
  });
});

describe("the generation", () => {
  it("stays while only references are written, and rises with all that changes what they mean", () => {
    const encoder = new BlockEncoder();
    write(encoder, ["x", "y"]);
    const first = encoder.generation;
    const block = write(encoder, ["x", "y"], [":status", "200"], ["cookie", "a"]);
    expect(encoder.generation).toBe(first);
    expect(write(encoder, ["x", "y"], [":status", "200"], ["cookie", "a"])).toEqual(block);
    write(encoder, ["x", "z"]);
    const second = encoder.generation;
    expect(second).toBeGreaterThan(first);
    encoder.setMaxTableBytes(4_000);
    expect(encoder.generation, "an update is due").toBeGreaterThan(second);
  });
});

describe("row: C2 what is no block", () => {
  it.each(["\u0100", "a\u010a", "\ud83d\ude00", "\uffff"])(
    "%j in a name or value is a TypeError, and nothing of the field is written",
    (text) => {
      const encoder = new BlockEncoder();
      encoder.begin();
      encoder.field(":method", "GET");
      expect(() => {
        encoder.field("x", text);
      }).toThrow(TypeError);
      expect(() => {
        encoder.field(text, "x");
      }).toThrow(TypeError);
      expect([...encoder.finish()]).toEqual(indexed(2));
      expect(encoder.tableBytes).toBe(0);
    },
  );

  it("an error does not say what was to be written", () => {
    let message = "";
    try {
      encodeBlock([["authorization", "secret\u0100"]]);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^TypeError: value: expected/);
    expect(message).not.toContain("secret");
  });

  it("a field outside of a block, and a block inside of one, is a UsageError", () => {
    const encoder = new BlockEncoder();
    expect(() => {
      encoder.field("a", "b");
    }).toThrow(UsageError);
    encoder.begin();
    expect(() => {
      encoder.begin();
    }).toThrow(UsageError);
    encoder.finish();
    encoder.begin();
  });
});

describe("threat: HP-03 row: C2 what an encoder keeps", () => {
  it("is within the table, however many names it is given", () => {
    const encoder = new BlockEncoder();
    const decoder = new BlockDecoder();
    for (let at = 0; at < 20_000; at++) {
      const fields: Pair[] = [[`x-${at}`, String(at)]];
      expect(read(decoder, write(encoder, ...fields)).fields).toEqual(fields);
      expect(encoder.tableBytes).toBeLessThanOrEqual(4_096);
    }
    expect(decoder.tableBytes).toBe(encoder.tableBytes);
  });

  it("many values of one name are not all compared, and are still read", () => {
    const encoder = new BlockEncoder();
    const decoder = new BlockDecoder();
    const fields = Array.from({ length: 60 }, (_, at): Pair => ["x", String(at % 40)]);
    expect(read(decoder, write(encoder, ...fields)).fields).toEqual(fields);
  });
});

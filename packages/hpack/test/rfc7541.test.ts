// RFC 7541, clause by clause: what is read, and what is refused with which code and where.

import { BlockDecoder, violations } from "@wirewall/hpack";
import { UsageError } from "@wirewall/limits";
import { describe, expect, it } from "vitest";
import {
  coded,
  hex,
  indexed,
  integer,
  literal,
  plain,
  read,
  readOne,
  sizeUpdate,
  type Octets,
} from "./blocks.ts";

describe("row: C2 §2.3.3 the address space", () => {
  it("index 0 is refused", () => {
    expect(readOne(indexed(0)).violation).toMatchObject({
      code: "hpack.index.invalid",
      scope: "connection",
      offset: 0,
      reply: { action: "goaway", error: 9 },
    });
  });

  it("an index behind the last entry is refused, for fields and for names", () => {
    const decoder = (): BlockDecoder => {
      const made = new BlockDecoder();
      read(made, literal("incremental", "a", "b"));
      return made;
    };
    expect(read(decoder(), indexed(62)).fields).toEqual([["a", "b"]]);
    expect(read(decoder(), indexed(63)).violation?.code).toBe("hpack.index.invalid");
    expect(read(decoder(), literal("without", 62, "c")).fields).toEqual([["a", "c"]]);
    for (const kind of ["incremental", "without", "never"] as const)
      expect(read(decoder(), literal(kind, 63, "c")).violation?.code).toBe("hpack.index.invalid");
    expect(readOne(integer(2 ** 31 - 1, 7, 0x80)).code).toBe("hpack.index.invalid");
  });

  it("the newest entry comes first", () => {
    const decoder = new BlockDecoder();
    read(
      decoder,
      ["a", "b", "c"].flatMap((name) => literal("incremental", name, "")),
    );
    expect(read(decoder, [...indexed(62), ...indexed(63), ...indexed(64)]).fields).toEqual([
      ["c", ""],
      ["b", ""],
      ["a", ""],
    ]);
  });

  it("the offset is that of the representation, counted from where the block stands", () => {
    const bytes = Uint8Array.from([0xff, ...indexed(2), ...indexed(0), 0xff]);
    const { offset } = new BlockDecoder().decode(bytes, 1, 3, 1_000, { field: () => {} }) ?? {};
    expect(offset).toBe(1_001);
  });
});

describe("row: C2 §2.3.2, §4.1, §4.4 the dynamic table", () => {
  it("counts 32 for each entry beside its text", () => {
    const decoder = new BlockDecoder();
    read(decoder, [...literal("incremental", "abc", "de"), ...literal("incremental", "", "")]);
    expect([decoder.tableBytes, decoder.tableCount]).toEqual([3 + 2 + 32 + 32, 2]);
  });

  it("an entry that just fits evicts the others; one that does not empties the table", () => {
    const max = 100;
    const fits = literal("incremental", "n", "v".repeat(max - 33));
    const exceeds = literal("incremental", "n", "v".repeat(max - 32));
    for (const [block, count] of [
      [fits, 1],
      [exceeds, 0],
    ] as const) {
      const decoder = new BlockDecoder({ tableBytes: max });
      read(decoder, literal("incremental", "a", "b"));
      const { fields, violation } = read(decoder, block);
      expect(violation, "it is no error").toBeUndefined();
      expect(fields).toHaveLength(1);
      expect(decoder.tableCount).toBe(count);
    }
  });

  it("a name of an entry that its own insertion evicts is still that name", () => {
    const decoder = new BlockDecoder({ tableBytes: 64 });
    read(decoder, literal("incremental", "name", "v".repeat(28)));
    expect(read(decoder, literal("incremental", 62, "w".repeat(28))).fields).toEqual([
      ["name", "w".repeat(28)],
    ]);
    expect(read(decoder, indexed(62)).fields).toEqual([["name", "w".repeat(28)]]);
  });

  it("evicts the oldest first", () => {
    const decoder = new BlockDecoder({ tableBytes: 3 * 34 });
    const names = Array.from({ length: 40 }, (_, at) => String.fromCharCode(97 + (at % 26)));
    for (const name of names) read(decoder, literal("incremental", name, "v"));
    const left = [...indexed(62), ...indexed(63), ...indexed(64)];
    expect(read(decoder, left).fields.map(([name]) => name)).toEqual(names.slice(-3).toReversed());
    expect(read(decoder, indexed(65)).violation?.code).toBe("hpack.index.invalid");
  });

  it("may hold the same field twice (§2.3.2)", () => {
    const decoder = new BlockDecoder();
    read(decoder, [...literal("incremental", "a", "b"), ...literal("incremental", "a", "b")]);
    expect(decoder.tableCount).toBe(2);
  });

  it("stays as it was for the other two literals, and for references", () => {
    const decoder = new BlockDecoder();
    read(decoder, [
      ...literal("without", "a", "b"),
      ...literal("never", "a", "b"),
      ...literal("without", 1, "b"),
      ...indexed(2),
    ]);
    expect(decoder.tableCount).toBe(0);
  });
});

describe("row: C2 §4.2, §6.3 size updates", () => {
  const smaller = (): BlockDecoder => {
    const decoder = new BlockDecoder();
    decoder.setMaxTableBytes(100);
    return decoder;
  };

  it("evict, and 0 clears the table (§4.3)", () => {
    const decoder = new BlockDecoder();
    read(decoder, [...literal("incremental", "a", ""), ...literal("incremental", "b", "")]);
    read(decoder, sizeUpdate(65));
    expect(decoder.tableCount).toBe(1);
    expect(read(decoder, [...sizeUpdate(33), ...indexed(62)]).fields).toEqual([["b", ""]]);
    read(decoder, [...sizeUpdate(0), ...sizeUpdate(4_096)]);
    expect(decoder.tableCount).toBe(0);
    read(decoder, literal("incremental", "c", ""));
    expect(decoder.tableCount).toBe(1);
  });

  it("that are owed and come are taken; afterwards none is owed", () => {
    const decoder = smaller();
    expect(read(decoder, [...sizeUpdate(100), ...indexed(2)]).violation).toBeUndefined();
    expect(read(decoder, indexed(2)).violation).toBeUndefined();
  });

  it("that are owed may be smaller than asked for", () => {
    expect(read(smaller(), [...sizeUpdate(0), ...indexed(2)]).violation).toBeUndefined();
  });

  it("a setting that was lowered and raised again owes the lowest of them", () => {
    const decoder = smaller();
    decoder.setMaxTableBytes(200);
    const both = [...sizeUpdate(100), ...sizeUpdate(200), ...indexed(2)];
    expect(read(decoder, both).violation).toBeUndefined();
    const other = smaller();
    other.setMaxTableBytes(200);
    expect(read(other, [...sizeUpdate(200), ...indexed(2)]).violation?.code).toBe(
      "hpack.size-update.missing",
    );
  });

  it("none is owed for a setting that was raised, or that is not below what is used", () => {
    const decoder = new BlockDecoder({ limits: { maxTableBytes: 8_192 } });
    decoder.setMaxTableBytes(8_192);
    expect(read(decoder, indexed(2)).violation).toBeUndefined();
    read(decoder, sizeUpdate(50));
    decoder.setMaxTableBytes(50);
    expect(read(decoder, indexed(2)).violation).toBeUndefined();
  });

  it("may be all that a block has", () => {
    const decoder = new BlockDecoder();
    expect(read(decoder, sizeUpdate(0)).violation).toBeUndefined();
    expect(read(decoder, []).violation, "as may nothing").toBeUndefined();
  });

  it("are only set by whoever knows what was agreed", () => {
    const decoder = new BlockDecoder();
    for (const bytes of [-1, 1.5, Number.NaN, 4_097])
      expect(() => {
        decoder.setMaxTableBytes(bytes);
      }).toThrow(RangeError);
  });
});

describe("row: C2 §5.1 integers", () => {
  const update = (...octets: number[]): string | undefined =>
    readOne([0x3f, ...octets], { limits: { maxTableBytes: 1_048_576 }, tableBytes: 1_048_576 })
      .code;

  it.each([30, 31, 32, 158, 159, 16_414, 16_415])("%i is read around a prefix", (size) => {
    const decoder = new BlockDecoder({ tableBytes: size });
    expect(read(decoder, sizeUpdate(size)).violation).toBeUndefined();
    expect(readOne(sizeUpdate(size), { tableBytes: size - 1 }).code).toBe(
      "hpack.size-update.range",
    );
  });

  it("zeros at the end change nothing, up to five octets", () => {
    expect(update(0x80, 0x00)).toBeUndefined();
    expect(update(0x80, 0x80, 0x80, 0x80, 0x00)).toBeUndefined();
    expect(update(0x80, 0x80, 0x80, 0x80, 0x80, 0x00)).toBe("hpack.integer.overflow");
  });

  it("2^31 − 1 is the largest", () => {
    // 31 and 2^31 − 32 make 2^31 − 1.
    expect(update(0xe0, 0xff, 0xff, 0xff, 0x07)).toBe("hpack.size-update.range");
    expect(update(0xe1, 0xff, 0xff, 0xff, 0x07)).toBe("hpack.integer.overflow");
    expect(update(0xff, 0xff, 0xff, 0xff, 0x7f)).toBe("hpack.integer.overflow");
  });

  it("too long in every place where one stands", () => {
    const long = hex("ff ff ff ff ff ff 7f").slice(1);
    for (const start of [[0xff], [0x7f], [0x0f], [0x1f], [0x40, 0x7f], [0x40, 0xff]])
      expect(readOne([...start, ...long]).code, String(start)).toBe("hpack.integer.overflow");
  });

  it("one that is cut off is no number", () => {
    for (const block of [[0xff], [0x7f], [0x3f], [0x1f, 0x80], [0x40, 0x7f, 0xff]])
      expect(readOne(block).violation).toMatchObject({
        code: "hpack.block.truncated",
        offset: block.length,
      });
  });
});

describe("row: C2 §5.2 strings", () => {
  it("every octet is one character, in code and without", () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at));
    const block = [0, ...plain(all), ...plain(all)];
    expect(readOne(block).fields).toEqual([[all, all]]);
    expect(readOne([0, ...coded(all), ...coded(all)]).fields).toEqual([[all, all]]);
  });

  it("may be empty, in code as well", () => {
    expect(readOne([0, 0, 0x80]).fields).toEqual([["", ""]]);
  });

  it("end with the block at the latest", () => {
    const whole = [0, ...plain("ab"), ...coded("cd")];
    for (let length = 1; length < whole.length; length++)
      expect(readOne(whole.slice(0, length)).violation).toMatchObject({
        code: "hpack.block.truncated",
        offset: length,
      });
  });

  it("a length far beyond the block is refused at once", () => {
    expect(readOne([0, ...integer(2 ** 31 - 1, 7)]).code).toBe("hpack.block.truncated");
  });
});

describe("row: C2 §6 representations", () => {
  it.each([
    ["§6.1", indexed(4), [":path", "/"], false],
    ["§6.2.1 indexed name", literal("incremental", 4, "/a"), [":path", "/a"], false],
    ["§6.2.1 new name", literal("incremental", "n", "v"), ["n", "v"], false],
    ["§6.2.2 indexed name", literal("without", 58, "v"), ["user-agent", "v"], false],
    ["§6.2.2 new name", literal("without", "n", "v"), ["n", "v"], false],
    ["§6.2.3 indexed name", literal("never", 23, "v"), ["authorization", "v"], true],
    ["§6.2.3 new name", literal("never", "n", "v"), ["n", "v"], true],
  ] as const)("%s", (_, block: Octets, field, isNever) => {
    const { fields, never, violation } = readOne(block);
    expect(violation).toBeUndefined();
    expect(fields).toEqual([field]);
    expect(never).toEqual(isNever ? [field[0]] : []);
  });

  it("§3.2 the order of the fields is kept", () => {
    const block = [...indexed(8), ...literal("without", "b", "1"), ...literal("never", "a", "2")];
    expect(readOne([...block, ...indexed(8)]).fields).toEqual([
      [":status", "200"],
      ["b", "1"],
      ["a", "2"],
      [":status", "200"],
    ]);
  });

  it("an entry made of a never-indexed name is indexed like any other (§6.2.3 is of the field)", () => {
    const decoder = new BlockDecoder();
    read(decoder, literal("incremental", "password", "x"));
    expect(read(decoder, literal("never", 62, "y")).never).toEqual(["password"]);
    expect(read(decoder, indexed(62))).toMatchObject({ fields: [["password", "x"]], never: [] });
  });
});

describe("the marks of a judge", () => {
  it("are made once for a literal, and come with each reference", () => {
    let asked = 0;
    const judge = (name: string): number => {
      asked++;
      return name.length;
    };
    const decoder = new BlockDecoder({ judge });
    asked = 0;
    const marks: number[] = [];
    const sink = { field: (_: string, __: string, mark: number): void => void marks.push(mark) };
    const block = Uint8Array.from([...literal("incremental", "abc", "v"), ...indexed(62), 0x82]);
    decoder.decode(block, 0, block.length, 0, sink);
    decoder.decode(Uint8Array.from(indexed(62)), 0, 1, 0, sink);
    expect(marks).toEqual([3, 3, ":method".length, 3]);
    expect(asked).toBe(1);
  });
});

describe("misuse", () => {
  it("a decoder that refused the encoding is not asked again", () => {
    const decoder = new BlockDecoder();
    read(decoder, literal("incremental", "a", "b"));
    expect(read(decoder, indexed(0)).violation).toBeDefined();
    expect([decoder.tableCount, decoder.tableBytes, decoder.retained]).toEqual([0, 0, 0]);
    expect(() => read(decoder, indexed(2))).toThrow(UsageError);
  });

  it("a sink does not decode", () => {
    const decoder = new BlockDecoder();
    const block = Uint8Array.from(indexed(2));
    expect(() =>
      decoder.decode(block, 0, 1, 0, { field: () => void read(decoder, indexed(2)) }),
    ).toThrow(UsageError);
    expect(() => read(decoder, indexed(2)), "what it missed is not made up").toThrow(UsageError);
  });

  it("a limit out of its range is not taken", () => {
    expect(() => new BlockDecoder({ limits: { maxHeaderCount: 0 } })).toThrow(RangeError);
    expect(() => new BlockDecoder({ limits: { maxTableBytes: 2 ** 21 } })).toThrow(RangeError);
  });
});

describe("the table of violations", () => {
  it("ends the connection with COMPRESSION_ERROR wherever the encoding is at fault", () => {
    for (const [code, { scope, reply }] of violations.table) {
      const isMessage = /^hpack\.(string|list)\./.test(code);
      const isOurs = code === "hpack.block.bytes" || code === "hpack.retained.bytes";
      expect(scope, code).toBe(isMessage ? "stream" : "connection");
      expect(reply, code).toEqual(
        isMessage
          ? { action: "respond", status: 431 }
          : { action: "goaway", error: isOurs ? 0xb : 0x9 },
      );
    }
  });
});

// The HPACK rows of the regression catalogue, by id.

import { BlockDecoder, BlockEncoder, encodeBlock, limits } from "@wirewall/hpack";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coded, indexed, integer, literal, plain, read, sizeUpdate, type Pair } from "./blocks.ts";
import { blockOctets } from "./laws/octets.ts";
import { decompressor, readWithHpackJs } from "./laws/hpack-js.ts";

const ENTRY_OVERHEAD = 32;

function listBytes(fields: readonly Pair[]): number {
  return fields.reduce(
    (sum, [name, value]) => sum + name.length + value.length + ENTRY_OVERHEAD,
    0,
  );
}

describe("threat: HP-01 row: C2 references that expand (CVE-2016-6581)", () => {
  const entry = literal("incremental", "n", "v".repeat(4_000));
  const size = 1 + 4_000 + ENTRY_OVERHEAD;

  it("24 KB of references end at the field that crosses the list, not at 80 MB", () => {
    const { maxHeaderListBytes } = limits.resolve();
    const references = Array.from({ length: 20_000 }, () => indexed(62)).flat();
    const { fields, violation } = read(new BlockDecoder(), [...entry, ...references]);
    const passed = Math.floor(maxHeaderListBytes / size);
    expect(fields).toHaveLength(passed);
    expect(violation).toMatchObject({
      code: "hpack.list.bytes",
      scope: "stream",
      offset: entry.length + passed - 1,
      limit: { name: "maxHeaderListBytes", max: 65_536, observed: (passed + 1) * size },
      reply: { action: "respond", status: 431 },
    });
  });

  it("hpack.js hands all of them out", () => {
    const references = Array.from({ length: 2_000 }, () => indexed(62)).flat();
    const block = Uint8Array.from([...entry, ...references]);
    expect(listBytes(readWithHpackJs(decompressor(), block).fields)).toBe(2_001 * size);
  });

  it("counts references to small entries as well", () => {
    const block = Array.from({ length: 257 }, () => indexed(2)).flat();
    expect(read(new BlockDecoder(), block.slice(1)).violation).toBeUndefined();
    const { fields, violation } = read(new BlockDecoder(), block);
    expect(fields).toHaveLength(256);
    expect(violation).toMatchObject({ code: "hpack.list.count", offset: 256 });
  });

  it("what is refused is read to its end, so that the next block means what its sender meant", () => {
    const decoder = new BlockDecoder({ limits: { maxHeaderCount: 1 } });
    const block = [
      ...indexed(2),
      ...indexed(2),
      ...literal("incremental", "late", "entry"),
      ...literal("never", "x", "y"),
    ];
    expect(read(decoder, block)).toMatchObject({
      fields: [[":method", "GET"]],
      violation: { code: "hpack.list.count" },
    });
    expect(read(decoder, indexed(62))).toMatchObject({
      fields: [["late", "entry"]],
      violation: undefined,
    });
  });

  it("a fault behind a refusal is what ends the connection", () => {
    const decoder = new BlockDecoder({ limits: { maxHeaderCount: 1 } });
    const block = [...indexed(2), ...indexed(2), ...indexed(0)];
    expect(read(decoder, block).violation?.code).toBe("hpack.index.invalid");
  });

  it("any block: what is handed out stays within list and count, and the next field crosses one", () => {
    const raised = { maxHeaderListBytes: 16_777_216, maxHeaderCount: 65_536 };
    fc.assert(
      fc.property(
        fc.array(blockOctets, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 256, max: 600 }),
        fc.integer({ min: 1, max: 8 }),
        (blocks, maxHeaderListBytes, maxHeaderCount) => {
          const bounded = new BlockDecoder({ limits: { maxHeaderListBytes, maxHeaderCount } });
          const free = new BlockDecoder({ limits: raised });
          for (const block of blocks) {
            const { fields, violation } = read(bounded, block);
            const all = read(free, block);
            expect(fields.length).toBeLessThanOrEqual(maxHeaderCount);
            expect(listBytes(fields)).toBeLessThanOrEqual(maxHeaderListBytes);
            expect(all.fields.slice(0, fields.length)).toEqual(fields);
            const crossing = all.fields.slice(0, fields.length + 1);
            if (violation?.code === "hpack.list.bytes")
              expect(listBytes(crossing)).toBeGreaterThan(maxHeaderListBytes);
            else if (violation?.code === "hpack.list.count")
              expect(crossing).toHaveLength(maxHeaderCount + 1);
            else if (violation === undefined) expect(fields).toEqual(all.fields);
            if (all.violation !== undefined) {
              expect(violation).toEqual(all.violation);
              return;
            }
            expect(bounded.tableBytes, "in step").toBe(free.tableBytes);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("threat: HP-02 row: C2 work beyond the bytes (CVE-2022-41723)", () => {
  /** How often an octet of the block is looked at. */
  const looks = (block: readonly number[]): number => {
    let count = 0;
    const bytes = Uint8Array.from(block);
    const watched = new Proxy(bytes, {
      get(target, key): unknown {
        if (typeof key === "string" && key >= "0" && key <= "9~") count++;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    new BlockDecoder().decode(watched, 0, bytes.length, 0, { field: () => {} });
    return count;
  };

  it.each([
    ["the shortest codes", (size: number) => [0, 0, ...coded("0".repeat(size))]],
    ["the longest codes", (size: number) => [0, 0, ...coded("\x0a".repeat(size / 4))]],
    [
      "codes that end nowhere",
      (size: number) => [0, 0x80, ...integer(size, 7, 0x80), ...ones(size)],
    ],
    ["plain text", (size: number) => [0, 0, ...plain("v".repeat(size))]],
    ["references, refused and read on", (size: number) => new Array<number>(size).fill(0x82)],
    [
      "literals, refused and read on",
      (size: number) => Array.from({ length: size / 4 }, () => [0x40, 1, 97, 0]).flat(),
    ],
    ["empty literals", (size: number) => new Array<number>(size - (size % 3)).fill(0)],
  ])("%s: each octet is looked at twice at most", (_, family) => {
    for (const size of [1_024, 4_096, 16_384]) {
      const block = family(size);
      expect(looks(block)).toBeLessThanOrEqual(2 * block.length + 8);
    }
  });

  it("a string has at most 8 characters for 5 octets", () => {
    const block = [0, 0, ...coded("0".repeat(8_000))];
    expect(block.length).toBe(5_000 + 5);
    expect(read(new BlockDecoder(), block).fields[0]?.[1]).toHaveLength(8_000);
  });
});

describe("threat: HP-03 row: C2 names that are kept (CVE-2022-41717, CVE-2021-44716)", () => {
  it("a million distinct names: what is retained is the table, and nothing when it is empty", () => {
    const decoder = new BlockDecoder();
    const { maxTableBytes } = decoder.limits;
    const start = decoder.retained;
    const name = Uint8Array.from(literal("incremental", "n".repeat(64), ""));
    const block = new Uint8Array(250 * name.length);
    for (let at = 0; at < 250; at++) block.set(name, at * name.length);
    const view = new DataView(block.buffer);
    let most = 0;
    let handed = 0;
    const sink = { field: (): void => void handed++ };
    for (let names = 0; names < 1_000_000; names += 250) {
      for (let at = 0; at < 250; at++) view.setUint32(at * name.length + 4, names + at);
      expect(decoder.decode(block, 0, block.length, 0, sink)).toBeUndefined();
      most = Math.max(most, decoder.retained);
    }
    expect(handed).toBe(1_000_000);
    expect(most).toBeLessThanOrEqual(maxTableBytes + (maxTableBytes / 32) * 128);
    expect(decoder.tableBytes).toBeLessThanOrEqual(maxTableBytes);
    read(decoder, sizeUpdate(0));
    expect(decoder.retained).toBe(start);
  });
});

describe("threat: HP-04 row: C2 blocks that are none (RUSTSEC-2023-0085, CVE-2025-59465)", () => {
  const judge = (block: Uint8Array): void => {
    const { violation } = read(new BlockDecoder(), block);
    if (violation === undefined) return;
    expect(violation.offset).toBeLessThanOrEqual(block.length);
    expect(violation.reply).toEqual({ action: "goaway", error: 9 });
  };

  it("all of up to two octets are fields or one refusal, with COMPRESSION_ERROR", () => {
    for (let first = 0; first < 256; first++) {
      judge(Uint8Array.of(first));
      for (let second = 0; second < 256; second++) judge(Uint8Array.of(first, second));
    }
  });

  it("any octets are fields or one refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (block) => {
        expect(() => read(new BlockDecoder(), block)).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });

  it("a block cut anywhere is what came before, then one refusal", () => {
    const fields: Pair[] = [
      [":path", "/a"],
      ["x-name", "value"],
      ["cookie", "a=b"],
    ];
    const whole = encodeBlock(fields);
    for (let length = 0; length < whole.length; length++) {
      const { fields: got, violation } = read(new BlockDecoder(), whole.subarray(0, length));
      expect(got).toEqual(fields.slice(0, got.length));
      expect(violation?.code ?? "none").toBe(
        violation === undefined ? "none" : "hpack.block.truncated",
      );
      if (violation === undefined) judge(whole.subarray(0, length));
    }
  });
});

describe("threat: HP-05 row: C2 size updates (RFC 7541 §4.2)", () => {
  const GET = indexed(2);
  const codeOf = (block: readonly number[], decoder = new BlockDecoder()): string | undefined =>
    read(decoder, block).violation?.code;

  it("stand in front of all fields", () => {
    expect(codeOf([...sizeUpdate(0), ...GET])).toBeUndefined();
    expect(codeOf([...GET, ...sizeUpdate(0)])).toBe("hpack.size-update.position");
    expect(codeOf([...sizeUpdate(0), ...GET, ...sizeUpdate(0)])).toBe("hpack.size-update.position");
  });

  it("are two at most", () => {
    const updates = (count: number): number[] =>
      Array.from({ length: count }, () => sizeUpdate(0)).flat();
    expect(codeOf([...updates(2), ...GET])).toBeUndefined();
    expect(codeOf([...updates(3), ...GET])).toBe("hpack.size-update.count");
    expect(codeOf(updates(1_000))).toBe("hpack.size-update.count");
  });

  it("stay within the setting that was acknowledged", () => {
    expect(codeOf(sizeUpdate(4_096))).toBeUndefined();
    expect(codeOf(sizeUpdate(4_097))).toBe("hpack.size-update.range");
    const decoder = (bytes: number): BlockDecoder => {
      const made = new BlockDecoder();
      made.setMaxTableBytes(bytes);
      return made;
    };
    expect(codeOf(sizeUpdate(100), decoder(100))).toBeUndefined();
    expect(codeOf(sizeUpdate(101), decoder(100))).toBe("hpack.size-update.range");
    expect(codeOf(sizeUpdate(2 ** 31 - 1))).toBe("hpack.size-update.range");
  });

  it("come when they are owed", () => {
    const owing = (): BlockDecoder => {
      const made = new BlockDecoder();
      made.setMaxTableBytes(4_095);
      return made;
    };
    expect(codeOf([...sizeUpdate(4_095), ...GET], owing())).toBeUndefined();
    expect(codeOf(GET, owing())).toBe("hpack.size-update.missing");
    expect(codeOf([], owing())).toBe("hpack.size-update.missing");
    const same = new BlockDecoder();
    same.setMaxTableBytes(4_096);
    expect(codeOf(GET, same), "nothing was lowered").toBeUndefined();
  });

  it("hpack.js takes them between fields and in any number", () => {
    const block = Uint8Array.from([
      ...GET,
      ...Array.from({ length: 9 }, () => sizeUpdate(0)).flat(),
    ]);
    expect(readWithHpackJs(decompressor(), block).refusal).toBeUndefined();
  });
});

describe("threat: HP-07 row: C2 secrets in tables (RFC 7541 §6.2.3, §7.1.3)", () => {
  it.each([
    ["an indexed name", literal("never", 4, "/secret")],
    ["a new name", literal("never", "x-token", "secret")],
    ["a dynamic name", literal("never", 62, "secret")],
    ["a value of the static table", literal("never", 2, "GET")],
    ["an empty value", literal("never", "x-token", "")],
  ])("the bit of %s survives decoding and encoding", (_, block) => {
    const decoder = new BlockDecoder();
    const encoder = new BlockEncoder();
    const next = new BlockDecoder();
    read(decoder, literal("incremental", "x-dynamic", "v"));
    encoder.begin();
    encoder.field("x-dynamic", "v");
    read(next, encoder.finish());
    const before = encoder.tableBytes;
    encoder.begin();
    decoder.decode(Uint8Array.from(block), 0, block.length, 0, {
      field: (name, value, _mark, neverIndexed) => {
        encoder.field(name, value, neverIndexed);
      },
    });
    const { fields, never } = read(next, encoder.finish());
    expect(fields).toHaveLength(1);
    expect(never).toEqual([fields[0]?.[0]]);
    expect([encoder.tableBytes, next.tableBytes]).toEqual([before, before]);
  });

  it.each(["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"])(
    "%s is never indexed, asked for or not",
    (name) => {
      const decoder = new BlockDecoder();
      for (let time = 0; time < 2; time++) {
        const { never } = read(decoder, encodeBlock([[name, "secret"]]));
        expect(never).toEqual([name]);
        expect(decoder.tableCount).toBe(0);
      }
    },
  );
});

function ones(count: number): number[] {
  return new Array<number>(count).fill(0xff);
}

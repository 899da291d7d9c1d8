import fc from "fast-check";
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
} from "node:zlib";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ClientError, decodeContent, limits } from "../src/index.js";

const LIMITS = limits.resolve();
const CODERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
const NAMES = ["gzip", "deflate", "br"] as const;

describe("content codings: what was coded comes back", () => {
  for (const outer of NAMES)
    for (const inner of [undefined, ...NAMES])
      it(`${inner === undefined ? outer : `${inner}, ${outer}`}, cut anywhere`, async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
            fc.integer({ min: 1, max: 64 }),
            async (plain, step) => {
              const once = inner === undefined ? plain : CODERS[inner](plain);
              const coded = CODERS[outer](once);
              const codings = inner === undefined ? [outer] : [`${inner}, ${outer}`];
              expect(await whole(decodeContent(pieces(coded, step), codings))).toEqual(
                Buffer.from(plain),
              );
            },
          ),
          { numRuns: 25 },
        );
      });

  it("x-gzip is gzip, identity is nothing, case does not matter, lines are joined", async () => {
    const coded = gzipSync("hello");
    for (const values of [["x-gzip"], ["GZIP"], ["identity", "gzip"], ["identity, x-GZip"]])
      expect((await whole(decodeContent(pieces(coded, 5), values))).toString()).toBe("hello");
    expect((await whole(decodeContent(pieces(coded, 5), []))).equals(coded)).toBe(true);
  });

  it("no bytes at all are no content in any coding", async () => {
    expect(await whole(decodeContent(pieces(Buffer.alloc(0), 1), ["br", "gzip"]))).toHaveLength(0);
  });

  it("members of gzip may follow each other", async () => {
    const coded = Buffer.concat([gzipSync("one "), gzipSync("two")]);
    for (const step of [1, 7, 1_000])
      expect((await whole(decodeContent(pieces(coded, step), ["gzip"]))).toString()).toBe(
        "one two",
      );
  });
});

describe("content codings: one reading (threat: H1-31)", () => {
  const good = gzipSync("hello world");
  const broken: [string, string, Buffer][] = [
    ["cut gzip", "gzip", good.subarray(0, -1)],
    ["cut deflate", "deflate", deflateSync("hello world").subarray(0, -1)],
    ["cut br", "br", brotliCompressSync("hello world".repeat(9)).subarray(0, -1)],
    ["raw deflate under the name of zlib", "deflate", deflateRawSync("hello world")],
    ["garbage after gzip", "gzip", Buffer.concat([good, Buffer.from("x")])],
    ["zeros after gzip", "gzip", Buffer.concat([good, Buffer.alloc(8)])],
    ["garbage after zlib", "deflate", Buffer.concat([deflateSync("a"), Buffer.from("x")])],
    ["garbage after br", "br", Buffer.concat([brotliCompressSync("a"), Buffer.from("xyz")])],
    ["a wrong checksum", "gzip", flipped(good, good.length - 5)],
    ["text", "gzip", Buffer.from("hello")],
    ["gzip under the name of br", "br", good],
  ];
  for (const [name, coding, coded] of broken)
    for (const step of [1, 3, 1_000])
      it(`${name} is refused, in pieces of ${step}`, async () => {
        expect(await codeOf(decodeContent(pieces(coded, step), [coding]))).toBe(
          "client.coding.malformed",
        );
      });

  for (const value of ["compress", "zstd", "gzip;q=1", "gz ip", "chunked", "gzip2"])
    it(`${value} is not decoded`, async () => {
      expect(await codeOf(decodeContent(pieces(good, 9), [value]))).toBe(
        "client.coding.unsupported",
      );
    });

  it("a refused coding ends the source", async () => {
    const source = new Watched(pieces(good, 9));
    await codeOf(decodeContent(source, ["zstd"]));
    expect(source.returned).toBe(true);
  });
});

describe("content codings: bombs (threat: H1-31)", () => {
  it("a third coding is refused before any byte is read, a thousand as well", async () => {
    for (const values of [
      ["gzip, gzip, gzip"],
      ["gzip", "gzip", "gzip"],
      ["identity, identity, gzip"],
      [Array.from({ length: 1_000 }, () => "gzip").join(",")],
      Array.from({ length: 1_000 }, () => "br"),
    ]) {
      const source = new Watched(pieces(gzipSync("x"), 9));
      expect(await codeOf(decodeContent(source, values))).toBe("client.coding.count");
      expect(source.taken).toBe(0);
    }
  });

  const endless = {
    gzip: () => createGzip(),
    deflate: () => createDeflate(),
    br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  };
  for (const coding of NAMES)
    it(`10 GB of zeros in ${coding} end by the ratio, just beyond the floor`, async () => {
      const zeros = Buffer.alloc(1_048_576);
      const plain = Readable.from(
        (function* () {
          for (let count = 0; count < 10_240; count++) yield zeros;
        })(),
      );
      const source = new Watched(plain.pipe(endless[coding]()));
      const seen = await follow(decodeContent(source, [coding]));
      plain.destroy();
      expect(seen.code).toBe("client.coding.ratio");
      expect(seen.bytes).toBeLessThanOrEqual(LIMITS.inflateFloorBytes + source.bytes * 100);
      expect(seen.bytes).toBeLessThan(64 * 1_048_576);
      expect(seen.largest).toBeLessThanOrEqual(65_536);
    });

  it("a bomb in a bomb: the ratio counts from the wire to the last stage", async () => {
    const bomb = brotliCompressSync(gzipSync(Buffer.alloc(64 * 1_048_576)));
    const seen = await follow(decodeContent(pieces(bomb, 4_096), ["gzip, br"]));
    expect(seen.code).toBe("client.coding.ratio");
    expect(seen.bytes).toBeLessThanOrEqual(LIMITS.inflateFloorBytes);
  });

  it("the absolute cap: max passes, max + 1 is refused, and no byte beyond it came out", async () => {
    const random = pseudoRandom(70_000);
    const own = { ...LIMITS, maxDecodedBytes: 70_000 };
    for (const coding of NAMES) {
      const coded = CODERS[coding](random);
      expect(await whole(decodeContent(pieces(coded, 999), [coding], own))).toHaveLength(70_000);
      const seen = await follow(
        decodeContent(pieces(coded, 999), [coding], { ...own, maxDecodedBytes: 69_999 }),
      );
      expect(seen.code).toBe("client.coding.too-large");
      expect(seen.bytes).toBeLessThanOrEqual(69_999);
    }
  });

  it("below the floor the ratio is not looked at; at the ratio content passes", async () => {
    const coded = gzipSync(Buffer.alloc(1_048_576));
    expect(coded.length * 100).toBeLessThan(1_048_576);
    expect(await whole(decodeContent(pieces(coded, 64), ["gzip"]))).toHaveLength(1_048_576);
    const more = gzipSync(Buffer.alloc(1_048_577));
    expect(await codeOf(decodeContent(pieces(more, 1e9), ["gzip"]))).toBe("client.coding.ratio");
    const ratio = Math.ceil(1_048_577 / more.length);
    const own = { ...LIMITS, maxInflateRatio: ratio };
    expect(await whole(decodeContent(pieces(more, 1e9), ["gzip"], own))).toHaveLength(1_048_577);
  });

  it("nothing is decoded ahead of the reader beyond 64 KiB", async () => {
    const coded = gzipSync(Buffer.alloc(8 * 1_048_576));
    const own = { ...LIMITS, maxInflateRatio: 100_000 };
    const before = process.memoryUsage().arrayBuffers;
    const reader = decodeContent(pieces(coded, 1e9), ["gzip"], own);
    await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_048_576);
    await reader.return(undefined);
  });

  it("a reader that leaves ends the source", async () => {
    const source = new Watched(pieces(gzipSync(pseudoRandom(100_000)), 100));
    for await (const piece of decodeContent(source, ["gzip"])) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(source.returned).toBe(true);
  });
});

async function* pieces(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

/** Counts what was taken of a source, and notes that it was ended. */
class Watched implements AsyncIterable<Uint8Array> {
  taken = 0;
  bytes = 0;
  returned = false;
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const source = this.#source[Symbol.asyncIterator]();
    return {
      next: async () => {
        const read = await source.next();
        this.taken++;
        if (read.done !== true) this.bytes += read.value.length;
        return read;
      },
      return: async () => {
        this.returned = true;
        await source.return?.();
        return { value: undefined, done: true };
      },
    };
  }
}

async function whole(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of content) parts.push(piece);
  return Buffer.concat(parts);
}

async function follow(
  content: AsyncIterable<Uint8Array>,
): Promise<{ code: string; bytes: number; largest: number }> {
  let bytes = 0;
  let largest = 0;
  try {
    for await (const piece of content) {
      bytes += piece.length;
      largest = Math.max(largest, piece.length);
    }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { code: error.code, bytes, largest };
  }
  return { code: "none", bytes, largest };
}

async function codeOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  return (await follow(content)).code;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function pseudoRandom(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12_345;
  for (let at = 0; at < length; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

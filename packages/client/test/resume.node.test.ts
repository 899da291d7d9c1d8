import { Fields } from "@wirewall/fields";
import { describe, expect, it } from "vitest";
import {
  contentOfRest,
  judgeRest,
  keepPart,
  resumeFields,
  type KeptPart,
  type ResumableHead,
} from "../src/index.js";

const ETAG = '"v1"';
const FULL = head(200, { etag: ETAG, "content-type": "text/plain" }, 100);
const KEPT = keepPart(FULL, 40) as KeptPart;

describe("resuming: what can be resumed", () => {
  it("a 200 with a length and a strong ETag", () => {
    expect(KEPT).toMatchObject({ receivedBytes: 40, totalBytes: 100, etag: ETAG });
    expect([...resumeFields(KEPT)]).toEqual([
      ["range", "bytes=40-"],
      ["if-range", ETAG],
    ]);
  });

  const not: [string, ResumableHead, number][] = [
    ["no length", head(200, { etag: ETAG }, undefined), 40],
    ["no ETag", head(200, {}, 100), 40],
    ["a weak ETag", head(200, { etag: 'W/"v1"' }, 100), 40],
    ["an ETag without quotes", head(200, { etag: "v1" }, 100), 40],
    ["a 206", head(206, { etag: ETAG }, 100), 40],
    ["nothing received", FULL, 0],
    ["all received", FULL, 100],
    ["more received", FULL, 101],
    ["a fraction", FULL, 1.5],
  ];
  for (const [name, given, received] of not)
    it(`not: ${name}`, () => expect(keepPart(given, received)).toBeUndefined());

  it("not: two ETags", () => {
    const fields = new Fields([
      ["etag", ETAG],
      ["etag", ETAG],
    ]);
    expect(keepPart({ status: 200, fields, contentLength: 100 }, 40)).toBeUndefined();
  });
});

describe("resuming: Content-Range, Content-Length and validator agree (threat: H1-19)", () => {
  it("the rest is taken, with and without a length", () => {
    const rest = { first: 40, last: 99, totalBytes: 100 };
    expect(judgeRest(KEPT, answer("bytes 40-99/100", 60))).toEqual(rest);
    expect(judgeRest(KEPT, answer("bytes 40-99/100", undefined))).toEqual(rest);
  });

  it("a 200 starts again", () => {
    expect(judgeRest(KEPT, head(200, { etag: '"v2"' }, 7))).toBeUndefined();
  });

  const pairs: [string, ResumableHead][] = [
    ["the stale length of the whole", answer("bytes 40-99/100", 100)],
    ["a shorter length", answer("bytes 40-99/100", 59)],
    ["a longer length", answer("bytes 40-99/100", 61)],
    ["a zero length", answer("bytes 40-99/100", 0)],
    ["an earlier start", answer("bytes 39-99/100", 61)],
    ["a later start", answer("bytes 41-99/100", 59)],
    ["an earlier end", answer("bytes 40-98/100", 59)],
    ["an end at the total", answer("bytes 40-100/100", 61)],
    ["another total", answer("bytes 40-100/101", 61)],
    ["a smaller total", answer("bytes 40-98/99", 59)],
    ["an unknown total", answer("bytes 40-99/*", 60)],
    ["an unsatisfied range", answer("bytes */100", 60)],
    ["an end before the start", answer("bytes 40-39/100", 0)],
    ["another unit", answer("items 40-99/100", 60)],
    ["two blanks", answer("bytes  40-99/100", 60)],
    ["a sign", answer("bytes +40-99/100", 60)],
    ["hexadecimal", answer("bytes 0x28-99/100", 60)],
    ["seventeen digits", answer("bytes 00000000000000040-99/100", 60)],
    ["no range", head(206, { etag: ETAG }, 60)],
    ["another ETag", head(206, { etag: '"v2"', "content-range": "bytes 40-99/100" }, 60)],
    ["a weak ETag", head(206, { etag: 'W/"v1"', "content-range": "bytes 40-99/100" }, 60)],
    ["no ETag", head(206, { "content-range": "bytes 40-99/100" }, 60)],
    [
      "another coding",
      head(206, { etag: ETAG, "content-range": "bytes 40-99/100", "content-encoding": "br" }, 60),
    ],
    ["416", head(416, { etag: ETAG, "content-range": "bytes */100" }, 0)],
    ["304", head(304, { etag: ETAG }, undefined)],
  ];
  for (const [name, given] of pairs)
    it(`refused: ${name}`, () => {
      expect(() => judgeRest(KEPT, given)).toThrow(
        expect.objectContaining({ code: "client.resume.mismatch" }) as Error,
      );
    });

  it("refused: two ranges", () => {
    const fields = new Fields([
      ["etag", ETAG],
      ["content-range", "bytes 40-99/100"],
      ["content-range", "bytes 40-99/100"],
    ]);
    expect(() => judgeRest(KEPT, { status: 206, fields, contentLength: 60 })).toThrow();
  });

  it("content of unknown length has to have as many bytes as the range", async () => {
    const rest = { first: 40, last: 99, totalBytes: 100 };
    for (const [sizes, fits] of [
      [[30, 30], true],
      [[60], true],
      [[59], false],
      [[61], false],
      [[60, 1], false],
      [[], false],
    ] as const) {
      const run = collect(contentOfRest(rest, pieces(sizes)));
      if (fits) expect(await run).toBe(60);
      else await expect(run).rejects.toMatchObject({ code: "client.resume.mismatch" });
    }
  });
});

function answer(range: string, length: number | undefined): ResumableHead {
  return head(206, { etag: ETAG, "content-range": range }, length);
}

function head(
  status: number,
  fields: { readonly [name: string]: string },
  contentLength: number | undefined,
): ResumableHead {
  return { status, fields: new Fields(Object.entries(fields)), contentLength };
}

async function* pieces(sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size);
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const piece of content) size += piece.length;
  return size;
}

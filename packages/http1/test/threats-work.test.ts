// Rows H1-28 and H1-30 of the regression catalogue: work is counted in bytes read, copied and
// decoded (work.ts), not in time, so that the result is the same on every machine.

import { RequestDecoder } from "@wirewall/http1";
import { describe, expect, it } from "vitest";
import { bytes } from "./drive.ts";
import { countWork, exponentOf } from "./work.ts";

const HOST = "Host: a\r\n";

describe("threat: H1-28 work that grows faster than the input", () => {
  const limits = {
    maxHeaderBytes: 1_048_576,
    maxHeaderCount: 65_536,
    maxRequestLineBytes: 1_048_576,
    maxTrailerBytes: 1_048_576,
    maxTrailerCount: 4_096,
    maxFieldNameBytes: 65_536,
    maxChunkLineBytes: 65_536,
    maxChunkExtensionBytes: 1_048_576,
    maxRetainedBytes: 64 * 1_048_576,
  };
  const chunked = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
  const families: readonly (readonly [string, (size: number) => string])[] = [
    ["a long target", (size) => `GET /${"a".repeat(size)} HTTP/1.1\r\n${HOST}\r\n`],
    ["a long name", (size) => `GET / HTTP/1.1\r\n${HOST}${"a".repeat(size)}: b\r\n\r\n`],
    ["a long value", (size) => `GET / HTTP/1.1\r\n${HOST}b: ${"a".repeat(size)}\r\n\r\n`],
    ["a value of blanks", (size) => `GET / HTTP/1.1\r\n${HOST}b: a${" ".repeat(size)}a\r\n\r\n`],
    [
      "an end of blanks",
      (size) => `GET / HTTP/1.1\r\n${HOST}b: a${" \t".repeat(size / 2)}\r\n\r\n`,
    ],
    ["obs-text", (size) => `GET / HTTP/1.1\r\n${HOST}b: ${"\xe9".repeat(size)}\r\n\r\n`],
    ["many lines", (size) => `GET / HTTP/1.1\r\n${HOST}${"b:c\r\n".repeat(size / 5)}\r\n`],
    [
      "many lines of one long list",
      (size) =>
        `GET / HTTP/1.1\r\n${HOST}${"connection:a\r\n".repeat(size / 64)}${"b:c\r\n".repeat(size / 6)}\r\n`,
    ],
    ["tiny chunks", (size) => `${chunked}${"1\r\na\r\n".repeat(size / 6)}0\r\n\r\n`],
    ["extensions", (size) => `${chunked}1${";a=b".repeat(size / 4)}\r\na\r\n0\r\n\r\n`],
    ["trailers", (size) => `${chunked}0\r\n${"b:c\r\n".repeat(size / 5)}\r\n`],
    ["requests", (size) => `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(size / 27)],
  ];
  const sizes = [4_096, 8_192, 16_384];

  const work = (input: string, whole: boolean): number =>
    countWork(() => {
      const decoder = new RequestDecoder({ limits });
      // One byte of a next request keeps what was received from being exactly one message.
      const all = bytes(`${input}G`);
      const step = whole ? all.length : 1;
      for (let at = 0; at < all.length; at += step) {
        decoder.receive(whole ? all : all.subarray(at, at + 1));
        for (let event = decoder.next(); event !== undefined; event = decoder.next())
          if (event.type === "violation") throw new Error(event.code);
      }
    });

  it.each(families)("%s", (_, family) => {
    for (const whole of [true, false]) {
      const points = sizes.map((size) => [size, work(family(size), whole)] as const);
      expect(exponentOf(points), JSON.stringify(points)).toBeLessThanOrEqual(1.1);
    }
  });

  it("planted: joining what is kept at each byte is caught", () => {
    const points = [512, 1_024, 2_048].map((size) => {
      const done = countWork(() => {
        let kept = new Uint8Array(0);
        for (let at = 0; at < size; at++) {
          const longer = new Uint8Array(kept.length + 1);
          longer.set(kept);
          kept = longer;
        }
      });
      return [size, done] as const;
    });
    expect(exponentOf(points)).toBeGreaterThan(1.8);
  });

  it("planted: a search that starts again at each byte is caught", () => {
    const points = [256, 512, 1_024].map((size) => {
      const done = countWork(() => {
        const all = new Uint8Array(size);
        for (let end = 0; end < size; end++) for (let at = 0; at < end && all[at] === 0; at++);
      });
      return [size, done] as const;
    });
    expect(exponentOf(points)).toBeGreaterThan(1.8);
  });
});

describe("threat: H1-30 names with equal hashes", () => {
  /** 128 names that any hash of the form h * 31 + c maps to one value: "a~" and "b_" do. */
  const colliding = Array.from({ length: 126 }, (_, at) =>
    Array.from({ length: 7 }, (__, bit) => ((at >> bit) & 1 ? "a~" : "b_")).join(""),
  );
  const random = Array.from({ length: 126 }, (_, at) =>
    `${(at * 2_654_435_761).toString(36)}xxxxxxxxxxxxxx`.slice(0, 14),
  );
  const integers = Array.from({ length: 126 }, (_, at) => String(at).padStart(14, "9"));

  it("cost no more than any others at the cap", () => {
    const cost = (names: readonly string[]): number =>
      countWork(() => {
        const decoder = new RequestDecoder();
        decoder.receive(
          bytes(`GET / HTTP/1.1\r\n${HOST}${names.map((name) => `${name}: v\r\n`).join("")}\r\nG`),
        );
        const head = decoder.next();
        if (head?.type !== "request-head" || head.fields.size !== 127)
          throw new Error("expected all");
        for (const name of names) head.fields.get(name);
      });
    const usual = cost(random);
    expect(cost(colliding)).toBeLessThan(usual * 1.2);
    expect(cost(integers)).toBeLessThan(usual * 1.2);
    expect(new Set(colliding).size).toBe(126);
  });
});

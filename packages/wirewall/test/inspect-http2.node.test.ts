import { encodeBlock } from "@wirewall/hpack";
import { describe, expect, it } from "vitest";
import { run, type Outcome } from "./terminal-double.js";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Iterable<number> = [],
): Buffer {
  const bytes = Buffer.from([0, 0, 0, type, flags, 0, 0, 0, 0, ...payload]);
  bytes.writeUIntBE(bytes.length - 9, 0, 3);
  bytes.writeUInt32BE(stream, 5);
  return bytes;
}

const REQUEST = [
  [":method", "POST"],
  [":scheme", "https"],
  [":authority", "a.example"],
  [":path", "/b?c"],
] as const;
const headers = (stream: number, lines: Iterable<readonly [string, string]>, flags = 0x5): Buffer =>
  frame(0x1, flags, stream, encodeBlock(lines));
const SETTINGS = frame(0x4, 0, 0, [0, 3, 0, 0, 0, 100]);
const HELLO = Buffer.concat([PREFACE, SETTINGS]);

const inspect = (parts: readonly Uint8Array[], ...more: string[]): Promise<Outcome> =>
  run(["inspect", "-", "--protocol", "http2", ...more], { stdin: Buffer.concat(parts) });
const objects = ({ stdout }: Outcome): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const types = (outcome: Outcome): unknown[] =>
  objects(outcome).map(({ type, frame: name }) => (type === "frame" ? name : type));

/** What a client sends in an ordinary connection. */
const CLIENT = [
  HELLO,
  frame(0x4, 0x1, 0),
  headers(1, [...REQUEST, ["x", "a\xffb"]], 0x4),
  frame(0x0, 0x8, 1, [2, 0x68, 0x69, 0, 0]),
  frame(0x0, 0x1, 1, [0x21]),
  frame(0x6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
  frame(0x8, 0, 0, [0, 0, 16, 0]),
  frame(0x7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
];

describe("wirewall inspect --protocol http2: row: U5 what a client sent", () => {
  it("frame by frame, in words", async () => {
    const { code, stdout, stderr } = await inspect(CLIENT);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "preface         24 bytes",
      "SETTINGS        at 24, connection, 6 bytes, MAX_CONCURRENT_STREAMS 100",
      "SETTINGS        at 39, connection, 0 bytes, ACK",
      expect.stringMatching(/^HEADERS {9}at 48, stream 1, \d+ bytes, END_HEADERS$/),
      "  request-head  POST https a.example /b?c, content until END_STREAM",
      "    x: a\\xffb",
      expect.stringMatching(/^DATA .*stream 1, 5 bytes, PADDED, padding 2$/),
      expect.stringMatching(/^DATA .*stream 1, 1 byte, END_STREAM$/),
      expect.stringMatching(/^PING .*connection, 8 bytes, data 0102030405060708$/),
      expect.stringMatching(/^WINDOW_UPDATE .*connection, 4 bytes, increment 4,096$/),
      expect.stringMatching(/^GOAWAY .*last stream 0, error NO_ERROR \(0x0\)$/),
      expect.stringMatching(/^all read {8}8 frames in \d+ bytes, nothing refused$/),
      "",
    ]);
  });

  it("as objects, one a line", async () => {
    const outcome = await inspect(CLIENT, "--json");
    expect(types(outcome)).toEqual([
      "preface",
      "SETTINGS",
      "SETTINGS",
      "HEADERS",
      "request-head",
      "DATA",
      "content",
      "DATA",
      "content",
      "end",
      "PING",
      "WINDOW_UPDATE",
      "GOAWAY",
    ]);
    const all = objects(outcome);
    expect(all[1]).toEqual({
      type: "frame",
      offset: 24,
      frame: "SETTINGS",
      code: 4,
      flags: [],
      stream: 0,
      bytes: 6,
      details: [["MAX_CONCURRENT_STREAMS", 100]],
    });
    expect(all[4]).toMatchObject({ stream: 1, method: "POST", fields: [["x", "a\xffb"]] });
    expect(all[6]).toEqual({ type: "content", stream: 1, bytes: 2, base64: "aGk=" });
  });

  it("the same whatever the chunks are", async () => {
    const whole = Buffer.concat(CLIENT);
    const inBytes = await run(["inspect", "-", "--protocol", "http2"], {
      stdin: (async function* () {
        for (const byte of whole) yield Buffer.from([byte]);
      })(),
    });
    expect(inBytes).toEqual(await inspect(CLIENT));
  });

  it("without its preface, if it is said who sent it; offsets are those of the file", async () => {
    const bad = frame(0x6, 0, 0, [1]);
    const outcome = await inspect([SETTINGS, bad], "--from", "client", "--json");
    expect(outcome.code).toBe(1);
    expect(objects(outcome).at(-1)).toMatchObject({ code: "http2.frame.length", offset: 15 });
  });

  it("more requests than may be open at once, each complete", async () => {
    const many = Array.from({ length: 300 }, (_, at) => headers(1 + 2 * at, REQUEST));
    expect((await inspect([HELLO, ...many])).code).toBe(0);
  });
});

describe("wirewall inspect --protocol http2: row: U5 refusals", () => {
  it("a CONTINUATION flood: where, the limit, and what the peer is told", async () => {
    const flood = Array.from({ length: 40 }, () => frame(0x9, 0, 1));
    const start = headers(1, REQUEST, 0);
    const { code, stdout } = await inspect([HELLO, start, ...flood]);
    const at = HELLO.length + start.length + 32 * 9;
    expect(code).toBe(1);
    expect(stdout).toContain(
      "refused         http2.continuation.flood: a field block of too many bytes or frames\n" +
        `  offset        ${at} (0x${at.toString(16)})\n` +
        "  spec          RFC 9113 §10.5\n" +
        "  limit         maxContinuationCount 32, seen 33\n" +
        "  ends          the connection\n",
    );
    expect(stdout).toContain(
      "  peer is told  GOAWAY ENHANCE_YOUR_CALM (0xb), then the connection is closed\n",
    );
    // The 33rd is the last frame that is shown.
    expect(stdout.match(/^CONTINUATION/gm)).toHaveLength(33);
  });

  it("a refused stream does not end the reading", async () => {
    const outcome = await inspect([
      HELLO,
      headers(1, [...REQUEST, ["connection", "close"]]),
      headers(3, REQUEST),
    ]);
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toContain("http2.field.connection");
    expect(outcome.stdout).toContain("  ends          stream 1\n");
    expect(outcome.stdout).toContain("RST_STREAM PROTOCOL_ERROR (0x1) on stream 1\n");
    expect(outcome.stdout).toContain("stream 3, ");
    expect(outcome.stdout).toMatch(/all read {8}3 frames in \d+ bytes, 1 refusal\n$/);
  });

  it("a fault of HPACK, with its own code", async () => {
    const outcome = await inspect([HELLO, frame(0x1, 0x5, 1, [0x80])], "--json");
    expect(objects(outcome).at(-1)).toMatchObject({
      code: "hpack.index.invalid",
      offset: HELLO.length + 9,
      scope: "connection",
    });
  });

  it("a frame over the largest size, at its header", async () => {
    const header = frame(0x0, 0, 1, Buffer.alloc(16_385)).subarray(0, 9);
    const outcome = await inspect([HELLO, header], "--json");
    expect(types(outcome)).toEqual(["preface", "SETTINGS", "DATA", "violation"]);
    expect(objects(outcome).at(-1)).toMatchObject({
      code: "http2.frame.size",
      limit: { name: "maxFrameBytes", max: 16_384, observed: 16_385 },
    });
  });

  it("an end in the middle of a frame, and of a request", async () => {
    const cut = await inspect([HELLO, headers(1, REQUEST).subarray(0, 12)], "--json");
    expect(objects(cut).at(-1)).toMatchObject({ code: "http2.body.truncated" });
    const short = await inspect([HELLO, headers(1, REQUEST, 0)], "--json");
    expect(objects(short).at(-1)).toMatchObject({ code: "http2.body.truncated" });
  });

  it("nothing of the input reaches the terminal unescaped", async () => {
    const evil = "\x1b]0;x\x07\x9b";
    const { stdout } = await inspect([
      HELLO,
      headers(1, [...REQUEST, ["x", "\x9b31m"]]),
      frame(0x10, 0, 0, [0, 0, 0, 1, ...Buffer.from(evil, "latin1")]),
      frame(0x7, 0, 0, [...Buffer.alloc(8), ...Buffer.from(evil, "latin1")]),
    ]);
    expect(stdout).toContain("\\x9b31m");
    expect(stdout).toContain("\\x1b]0;x\\x07");
    expect(stdout).toMatch(/^[\n -~]*$/);
  });
});

describe("wirewall inspect --protocol http2: row: U5 what a server sent", () => {
  const answer = (stream: number, status: string, flags = 0x5): Buffer =>
    headers(stream, [[":status", status]], flags);

  it("responses in any order, each to a request that is made up", async () => {
    const outcome = await inspect(
      [
        SETTINGS,
        answer(3, "103", 0x4),
        answer(3, "200", 0x4),
        answer(1, "404"),
        frame(0x0, 0x1, 3, [0x68, 0x69]),
        frame(0x3, 0, 5, [0, 0, 0, 8]),
      ],
      "--json",
    );
    expect(types(outcome)).toEqual([
      "SETTINGS",
      "HEADERS",
      "informational",
      "HEADERS",
      "response-head",
      "HEADERS",
      "response-head",
      "DATA",
      "content",
      "end",
      "RST_STREAM",
    ]);
    expect(outcome.code).toBe(0);
  });

  it("the method decides whether content may come", async () => {
    const parts = [
      SETTINGS,
      headers(1, [
        [":status", "200"],
        ["content-length", "5"],
      ]),
    ];
    expect((await inspect(parts)).code).toBe(1);
    expect((await inspect(parts, "--request-method", "HEAD")).code).toBe(0);
    expect((await inspect(parts, "--request-method", "GET,HEAD")).code).toBe(1);
    expect((await inspect(parts, "--request-method", "CONNECT")).code).toBe(0);
  });

  it("a push is refused, and so is a stream far ahead", async () => {
    const push = await inspect([SETTINGS, frame(0x5, 0x4, 1, [0, 0, 0, 2])], "--json");
    expect(objects(push).at(-1)).toMatchObject({ code: "http2.push.refused" });
    const far = await inspect([SETTINGS, answer(0x7fff_ffff, "200")], "--json");
    expect(objects(far).at(-1)).toMatchObject({ scope: "connection" });
  });

  it("thousands of responses", async () => {
    const many = Array.from({ length: 3_000 }, (_, at) => answer(1 + 2 * at, "204"));
    expect((await inspect([SETTINGS, ...many])).code).toBe(0);
  });
});

describe("wirewall inspect --protocol http2: options", () => {
  it("limits of a file and of a preset count", async () => {
    const lines = [...REQUEST, ["x", "y".repeat(20_000)]] as const;
    const block = encodeBlock(lines);
    const parts = [
      HELLO,
      frame(0x1, 0x1, 1, block.subarray(0, 10_000)),
      frame(0x9, 0x4, 1, block.subarray(10_000)),
    ];
    expect((await inspect(parts)).code).toBe(0);
    const strict = await inspect(parts, "--preset", "strict", "--json");
    expect(objects(strict).at(-1)).toMatchObject({
      code: "hpack.string.bytes",
      stream: 1,
      reply: { status: 431 },
    });
  });

  it("an empty file, and a side that does not exist", async () => {
    expect(await inspect([])).toMatchObject({ code: 0 });
    expect(await inspect([], "--from", "proxy")).toMatchObject({ code: 2 });
  });
});

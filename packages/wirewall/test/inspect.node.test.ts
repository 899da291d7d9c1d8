import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerConnection } from "@wirewall/http1";
import { afterAll, describe, expect, it } from "vitest";
import { run, type Outcome } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

const request = (stdin: string | Uint8Array | AsyncIterable<Uint8Array>, ...more: string[]) =>
  run(["inspect", "-", "--protocol", "http1-request", ...more], { stdin });
const response = (stdin: string, ...more: string[]) =>
  run(["inspect", "-", "--protocol", "http1-response", ...more], { stdin });

const objects = ({ stdout }: Outcome) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const SMUGGLING =
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";

/** What other parsers take, and this one refuses: the message, its code, where the fault is. */
const REFUSED: [name: string, message: string, code: string, spec: string, at: string][] = [
  [
    "two different Host fields",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "http1.host.duplicate",
    "RFC 9112 §3.2",
    "Host: b",
  ],
  [
    "a Host with a path and a query",
    "GET / HTTP/1.1\r\nHost: a b/c?d\r\n\r\n",
    "http1.host.syntax",
    "RFC 9112 §3.2",
    "a b/c?d",
  ],
  [
    "an absolute-form target that disagrees with Host",
    "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
    "http1.host.conflict",
    "RFC 9112 §3.2.2",
    "Host: b",
  ],
  [
    "Transfer-Encoding in HTTP/1.0",
    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "http1.framing.version",
    "RFC 9112 §6.1",
    "Transfer-Encoding",
  ],
  [
    "an expectation that only ends in 100-continue",
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: y 100-continue\r\nContent-Length: 1\r\n\r\nx",
    "http1.expect.unknown",
    "RFC 9110 §10.1.1",
    "y 100-continue",
  ],
  [
    "a chunk size of 17 digits",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n00000000000000001\r\nx\r\n0\r\n\r\n",
    "http1.chunk.size",
    "RFC 9112 §7.1",
    "00000000000000001",
  ],
];

describe("wirewall inspect: refusals", () => {
  it("row: U5 – Content-Length with Transfer-Encoding ends with the conflict, its place and its section", async () => {
    const outcome = await request(SMUGGLING, "--json");
    expect([outcome.code, outcome.stderr]).toEqual([1, ""]);
    expect(objects(outcome).at(-1)).toEqual({
      type: "violation",
      code: "http1.framing.conflict",
      scope: "connection",
      offset: SMUGGLING.indexOf("Transfer-Encoding"),
      spec: "RFC 9112 §6.3",
      reply: { action: "respond", status: 400 },
    });
    expect(outcome.stdout).toContain('"spec":"RFC 9112 §6.3"');
  });

  it.each(REFUSED)("%s", async (_name, message, code, spec, at) => {
    const outcome = await request(message, "--json");
    expect([outcome.code, outcome.stderr]).toEqual([1, ""]);
    const last = objects(outcome).at(-1);
    expect(last).toMatchObject({ type: "violation", code, spec });
    const offset = last?.["offset"] as number;
    expect(offset).toBeGreaterThanOrEqual(message.lastIndexOf(at));
    expect(offset).toBeLessThan(message.lastIndexOf(at) + at.length);
    const text = await request(message);
    expect(text.code).toBe(1);
    for (const part of [code, spec, `0x${offset.toString(16)}`, "peer is told  HTTP/1.1 4"])
      expect(text.stdout).toContain(part);
  });

  it("gives the six messages six codes", () => {
    expect(new Set(REFUSED.map(([, , code]) => code)).size).toBe(6);
  });

  it("says the same whether the bytes come at once or one by one", async () => {
    for (const message of [SMUGGLING, ...REFUSED.map(([, text]) => text)])
      expect(await request(oneByOne(message), "--json")).toEqual(await request(message, "--json"));
  });

  it("tells what a server on the same bytes writes, byte for byte", async () => {
    const bad = [
      "GET / HTTP/1.1\r\n\r\n",
      SMUGGLING,
      `GET /${"x".repeat(9_000)}`,
      "GET / HTTP/3.0\r\n\r\n",
    ];
    for (const message of bad) {
      const server = new ServerConnection();
      server.receive(new TextEncoder().encode(message));
      while (server.next() !== undefined) continue;
      const written = Buffer.from(server.takeOutput() ?? []).toString("latin1");
      expect(written).toMatch(/^HTTP\/1\.1 [45]/);
      expect(told(await request(message))).toBe(written);
    }
  });

  it("puts the byte at fault in brackets, with the bytes around it", async () => {
    const { stdout } = await request(SMUGGLING);
    expect(stdout).toContain(
      "00000020  74 2d 4c 65 6e 67 74 68 3a 20 35 0d 0a[54]72 61  |t-Length: 5..Tra|",
    );
  });

  it("shows the place far into the input, and the end of the input", async () => {
    const ok = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${"x".repeat(200_000)}`;
    const far = await request(`${ok}GET / HTTP/1.1\r\nHost: a\r\n bad: fold\r\n\r\n`);
    expect(far.stdout).toMatch(/http1\.field\.fold[\s\S]*\[20\]62 61/);
    const cut = await request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    expect(cut.code).toBe(1);
    expect(cut.stdout).toMatch(
      /http1\.body\.truncated[\s\S]*the end of the input[\s\S]*[\s\S]*62\[--\]/,
    );
  });

  it("names the limit, what it is and what was seen", async () => {
    const { code, stdout } = await request(
      `GET / HTTP/1.1\r\nHost: a\r\n${"a: b\r\n".repeat(64)}\r\n`,
      "--preset",
      "strict",
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/http1\.field\.count[\s\S]*limit {9}maxHeaderCount 64, seen 65/);
  });

  it("takes limits from a file", async () => {
    const path = join(folder, "limits.json");
    writeFileSync(path, '{"http1": {"maxBodyBytes": 4}}');
    const message = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    expect((await request(message)).code).toBe(0);
    const { code, stdout } = await request(message, "--limits", path);
    expect(code).toBe(1);
    expect(stdout).toContain("maxBodyBytes 4, seen 5");
  });

  it("stops reading at the refusal", async () => {
    let pulled = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled++;
        yield new TextEncoder().encode(SMUGGLING);
      }
    };
    expect((await request(endless())).code).toBe(1);
    expect(pulled).toBe(1);
  });
});

describe("wirewall inspect: events", () => {
  const CHUNKED =
    "POST /a?b HTTP/1.1\r\nHost: a\r\nX-A: \xfc\x9b1\r\nTransfer-Encoding: chunked\r\n\r\n" +
    "5\r\nhel\x1b\n\r\n0\r\nX-Sum: 1\r\n\r\n";

  it("prints one JSON object a line, fields as pairs and content in base64", async () => {
    const outcome = await request(`${CHUNKED}GET / HTTP/1.0\r\n\r\n`, "--json");
    expect([outcome.code, outcome.stderr]).toEqual([0, ""]);
    expect(objects(outcome)).toEqual([
      {
        type: "request-head",
        method: "POST",
        target: "/a?b",
        form: "origin",
        version: "1.1",
        authority: "a",
        fields: [
          ["host", "a"],
          ["x-a", "\xfc\x9b1"],
          ["transfer-encoding", "chunked"],
        ],
        framing: "chunked",
        keepAlive: true,
        expectContinue: false,
        upgrade: [],
      },
      { type: "content", bytes: 5, base64: Buffer.from("hel\x1b\n").toString("base64") },
      { type: "trailers", fields: [["x-sum", "1"]] },
      { type: "end" },
      expect.objectContaining({ type: "request-head", version: "1.0", fields: [] }),
      { type: "end" },
    ]);
  });

  it("writes no byte of the input that a terminal would obey", async () => {
    const text = await request(CHUNKED);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("x-a: \\xfc\\x9b1");
    expect(text.stdout).toContain("hel\\x1b\\n");
    const json = await request(CHUNKED, "--json");
    for (const { stdout } of [text, json]) expect(stdout).toMatch(/^[\n\x20-\x7e\xa0-\uffff]*$/);
    expect(json.stdout).toContain('["x-a","ü\\u009b1"]');
  });

  it("closes with what was read, and says where input after a closing request is ignored", async () => {
    expect((await request(CHUNKED)).stdout).toMatch(
      new RegExp(`all read +1 message in ${CHUNKED.length} bytes, nothing refused\n$`),
    );
    expect((await request("")).stdout).toMatch(/all read +0 messages in 0 bytes/);
    expect((await request("GET / HTTP/1.0\r\n\r\nrest")).stdout).toContain(
      "nothing after the last one is read",
    );
  });

  it("reads responses, whose framing depends on the request", async () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    const get = objects(await response(`${head}hello`, "--json"));
    expect(get.map(({ type }) => type)).toEqual(["response-head", "content", "end"]);
    const mixed = await response(`${head}${head}hello`, "--json", "--request-method", "HEAD,GET");
    expect(mixed.code).toBe(0);
    expect(objects(mixed).map(({ type }) => type)).toEqual([
      "response-head",
      "end",
      "response-head",
      "content",
      "end",
    ]);
    const cut = await response(head, "--json");
    expect([cut.code, objects(cut).at(-1)?.["code"]]).toEqual([1, "http1.body.truncated"]);
  });

  it("tells a server's refusal to nobody: a client only closes", async () => {
    const { code, stdout } = await response("HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello");
    expect(code).toBe(1);
    expect(stdout).toContain("peer is told  nothing: the connection is closed");
  });

  it("reads a switch of protocols only where one was asked for", async () => {
    const switched =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\0\x01";
    expect((await response(switched)).code).toBe(1);
    const { code, stdout } = await response(switched, "--request-upgrade");
    expect(code).toBe(0);
    expect(stdout).toMatch(/tunnel {10}2 bytes {2}\\x00\\x01/);
  });

  it("reads a file", async () => {
    const path = join(folder, "request.bin");
    writeFileSync(path, CHUNKED, "latin1");
    const { code, stdout } = await run(["inspect", path, "--protocol", "http1-request"]);
    expect([code, stdout]).toEqual([0, (await request(CHUNKED)).stdout]);
  });

  it("holds no more of a long input than of a short one", async () => {
    const path = join(folder, "limits-long.json");
    writeFileSync(path, '{"http1": {"maxBodyBytes": 1000000000000}}');
    const size = 256 * 1_048_576;
    const long = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
      for (let left = size; left > 0; left -= 65_536) yield Buffer.alloc(65_536, "x");
    };
    const before = process.memoryUsage().rss;
    const { code, stdout } = await request(long(), "--limits", path);
    expect([code, stdout.includes("1 message in 268,435,5")]).toEqual([0, true]);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1_048_576);
  });
});

/** The response in the report, unescaped. */
function told({ stdout }: Outcome): string {
  const [, rest = ""] = stdout.split("  peer is told  ");
  return rest
    .split("\n")
    .map((line) => line.trimStart().replaceAll("\\r", "\r").replaceAll("\\n", "\n"))
    .join("");
}

async function* oneByOne(text: string): AsyncGenerator<Uint8Array> {
  for (const character of text) yield Uint8Array.of(character.charCodeAt(0));
}

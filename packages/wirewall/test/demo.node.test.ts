import { createHash } from "node:crypto";
import { request } from "node:http";
import { limits as http1Limits, RequestDecoder, type RequestHead } from "@wirewall/http1";
import { describe, expect, it } from "vitest";
import { page } from "../src/demo/page.js";
import { exchange, startGuard } from "./guard-double.js";

describe("the demo behind the guard", () => {
  it("shows on its page what the guard did", async () => {
    const guard = await startGuard();
    await exchange(guard.port, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    const response = await fetch(`${guard.url}/?q=1`, {
      headers: { "x-forwarded-for": "6.6.6.6" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const html = await response.text();
    for (const part of [
      "GET /?q=1 HTTP/1.1",
      guard.url,
      "x-forwarded-for</code></th><td><code>127.0.0.1",
      "<b>1</b> more than one Host field",
      "preset default",
      "<b>16,777,216</b>",
    ])
      expect(html).toContain(part);
    expect(html).toContain(
      '<span class="removed">removed</span> <code>x-forwarded-for</code></th><td><code>6.6.6.6<',
    );
    expect(html).not.toMatch(/<script|https?:\/\/(?!127\.0\.0\.1)/);
  });

  it("shows of each request what was removed from that one", async () => {
    const guard = await startGuard();
    const ask = (more: string): Promise<string> =>
      exchange(guard.port, `GET / HTTP/1.1\r\nHost: a\r\n${more}Connection: close, x-hop\r\n\r\n`);
    const pages = await Promise.all(
      ["one", "two", "three"].map((hop) =>
        ask(`X-Own: ${hop}\r\nX-Hop: ${hop}\r\nTE: trailers\r\n`),
      ),
    );
    for (const [at, hop] of ["one", "two", "three"].entries()) {
      const rows = [
        ...(pages[at] ?? "").matchAll(/removed<\/span> <code>([^<]*)<\/code>.*?<code>([^<]*)</g),
      ];
      expect(rows.map(([, name, value]) => `${name}: ${value}`)).toEqual([
        `x-hop: ${hop}`,
        "connection: close, x-hop",
      ]);
    }
  });

  it("echoes the whole content, with the fields and trailers that arrived", async () => {
    const guard = await startGuard();
    const post = async (body: string | Uint8Array<ArrayBuffer>): Promise<Record<string, unknown>> =>
      (await (await fetch(`${guard.url}/echo?a`, { method: "POST", body })).json()) as Record<
        string,
        unknown
      >;
    const text = await post("häl\u0000lo");
    expect(text).toMatchObject({
      method: "POST",
      target: "/echo?a",
      version: "HTTP/1.1",
      bytes: 7,
      sha256: createHash("sha256").update("häl\u0000lo").digest("hex"),
      encoding: "utf-8",
      content: "häl\u0000lo",
    });
    expect(text["fields"]).toContainEqual(["x-forwarded-for", "127.0.0.1"]);
    const bytes = Uint8Array.of(0xff, 0xfe, 0x00);
    expect(await post(bytes)).toMatchObject({ encoding: "base64", content: "//4A" });
    const large = new Uint8Array(16_777_216);
    const whole = await post(large);
    expect(whole).toMatchObject({ bytes: 16_777_216, encoding: "utf-8" });
    expect(whole["content"]).toHaveLength(16_777_216);
    const chunked = await exchange(
      guard.port,
      "PUT /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" +
        "2\r\nhi\r\n0\r\nx-sum: 7\r\n\r\n",
    );
    expect(chunked).toContain('"trailers":[["x-sum","7"]]');
  });

  it("streams pieces with pauses, and a trailer", async () => {
    const guard = await startGuard();
    const start = Date.now();
    const { pieces, trailers } = await new Promise<{ pieces: string[]; trailers: object }>(
      (resolve) => {
        request(`${guard.url}/stream`, { headers: { te: "trailers" } }, (response) => {
          const all: string[] = [];
          response.on("data", (chunk: Buffer) => all.push(chunk.toString()));
          response.on("end", () => resolve({ pieces: all, trailers: response.trailers }));
        }).end();
      },
    );
    expect(pieces).toEqual([1, 2, 3, 4, 5, 6].map((piece) => `piece ${piece} of 6\n`));
    expect(trailers).toEqual({ "x-demo-pieces": "6" });
    expect(Date.now() - start).toBeGreaterThan(1_000);
  });

  it.each<[path: string, status: number, text: string | RegExp]>([
    ["/bytes/0", 200, ""],
    ["/bytes/100000", 200, /^(?=[\s\S]{100000}$)wirewall /],
    ["/delay/0", 200, "Waited 0 ms.\n"],
    ["/status/418", 418, "Status 418.\n"],
    ["/status/204", 204, ""],
    ["/status/304", 304, ""],
    ["/status/599", 599, "Status 599.\n"],
    ["/bytes/17179869185", 400, /^Expected 0 to 17,179,869,184 bytes/],
    ["/bytes/-1", 400, /^Expected/],
    ["/bytes/1e3", 400, /^Expected/],
    ["/bytes/", 400, /^Expected a number of bytes/],
    ["/bytes", 400, /^Expected a number of bytes/],
    ["/delay/50001", 400, /^Expected 0 to 50,000 milliseconds/],
    ["/delay/x", 400, /^Expected/],
    ["/status/101", 400, /^Expected a status from 200 to 599/],
    ["/status/600", 400, /^Expected/],
    ["/status/999999999999999999999", 400, /^Expected/],
    ["/nothing", 404, /\/, \/echo, \/bytes\/N/],
    ["/stream/1", 404, /^Nothing here/],
    ["/bytes/1/2", 404, /^Nothing here/],
    ["//echo", 404, /^Nothing here/],
  ])("%s", async (path, status, text) => {
    const guard = await startGuard();
    const answer = await exchange(guard.port, `GET ${path} HTTP/1.0\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const content = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    if (typeof text === "string") expect(content).toBe(text);
    else expect(content).toMatch(text);
  });

  it("answers HEAD as GET without content, and other methods only at /echo", async () => {
    const guard = await startGuard();
    const head = await fetch(`${guard.url}/bytes/12345`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "12345"]);
    expect((await fetch(`${guard.url}/stream`, { method: "HEAD" })).status).toBe(200);
    const put = await fetch(`${guard.url}/bytes/1`, { method: "PUT", body: "x" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect((await fetch(`${guard.url}/echo`, { method: "DELETE" })).status).toBe(200);
  });

  it("writes nothing of a request into its page that is not escaped", () => {
    const decoder = new RequestDecoder();
    decoder.receive(
      Buffer.from(
        "GET /<script>\"'& HTTP/1.1\r\nHost: a\r\nX: <img src=x onerror=alert(1)>\x9b\xfc\r\n\r\n",
        "latin1",
      ),
    );
    const html = page(decoder.next() as RequestHead, {
      address: () => "unix:/<b>",
      preset: "default",
      limits: http1Limits.resolve(),
      removed: () => [["x-<u>", "<s>"]],
      refusals: () => [["<i>", 1]],
    });
    expect(html).not.toMatch(/<script>"|<img|unix:\/<b>|<i>|<u>|<s>/);
    expect(html).toContain("&#60;img src=x onerror=alert(1)&#62;\\x9b\\xfc");
    expect(html).not.toMatch(/[^\n\x20-\x7e]/);
  });
});

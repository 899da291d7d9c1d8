import { describe, expect, it } from "vitest";

interface Reader {
  fault: string | undefined;
  take(chunk: Buffer): number;
}

const load = (path: string): Promise<unknown> =>
  import(new URL(`../${path}`, import.meta.url).href);
const { parseWrk } = (await load("load/wrk.mjs")) as {
  parseWrk(text: string, name: string): { requests: number };
};
const { ResponseReader } = (await load("worker/response-reader.mjs")) as {
  ResponseReader: new (expected: { status: number; content: string }) => Reader;
};
const { missing } = (await load("programs.mjs")) as {
  missing(needs: readonly string[]): string | undefined;
};

const WRK = `Running 2s test @ http://127.0.0.1:8080/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   309.22us   34.05us   1.07ms   90.01%
    Req/Sec    51.63k     1.24k   53.11k    80.95%
  107874 requests in 2.10s, 13.68MB read
Requests/sec:  51366.51
Transfer/sec:      6.51MB
`;

describe("what wrk says", () => {
  it("is how many requests were answered", () => {
    expect(parseWrk(WRK, "x")).toEqual({ requests: 107_874 });
  });

  it.each([
    ["  Socket errors: connect 0, read 3, write 0, timeout 0\n", "read 3"],
    ["  Non-2xx or 3xx responses: 12\n", "responses: 12"],
  ])("fails the run for %j", (line, message) => {
    expect(() => parseWrk(WRK + line, "x")).toThrow(message);
  });

  it("fails the run if nothing was answered", () => {
    expect(() => parseWrk("  0 requests in 2.00s, 0B read\n", "x")).toThrow("no requests");
  });
});

describe("the reader of responses", () => {
  const expected = { status: 200, content: "hello" };
  const response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: 1\r\n\r\nhello";
  const other = "HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello";

  it("counts them at every split", () => {
    const bytes = Buffer.from(response + other + response);
    for (let split = 0; split <= bytes.length; split++) {
      const reader = new ResponseReader(expected);
      const count = reader.take(bytes.subarray(0, split)) + reader.take(bytes.subarray(split));
      expect([split, count, reader.fault]).toEqual([split, 3, undefined]);
    }
  });

  it.each([
    ["HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 500"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhell", "content length 4"],
    ["HTTP/1.1 200 OK\r\n\r\n", "content length of none"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhallo", "another content"],
  ])("finds fault with %j", (text, fault) => {
    const reader = new ResponseReader(expected);
    reader.take(Buffer.from(response + text));
    expect(reader.fault).toContain(fault);
  });
});

describe("what a bench needs", () => {
  it("is named if it is missing", () => {
    expect(missing(["node", "no-such-program"])).toBe("no-such-program missing");
    expect(missing([])).toBeUndefined();
  });
});

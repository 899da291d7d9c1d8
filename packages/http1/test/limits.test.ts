// Every limit that the codec enforces at max - 1, max and max + 1, with the place of the refusal.
// Those that are times stand in deadlines.test.ts; what the encoder bounds, in encode-refusals.test.ts.

import {
  ClientConnection,
  RequestDecoder,
  ResponseDecoder,
  ServerConnection,
  limits as table,
} from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { describe, expect, it } from "vitest";
import { listen, taken, tell } from "./converse.ts";
import { bytes, requests, responses, verdict, violationIn, type Said } from "./drive.ts";
import { CHUNKED, HOST, LINE, edges, x, type Limits } from "./limit-edges-table.ts";

describe("row: L1, C1 block: SEC-BLOCK-03 each limit at max - 1, max and max + 1", () => {
  it.each(edges.map((edge) => [edge.limit, edge.of, edge] as const))("%s: %s", (_, __, edge) => {
    const { limit, max } = edge;
    const limits = { [limit]: max, ...edge.also };
    const read = (count: number): Said[] => {
      const input = edge.input(count);
      return edge.role === "response" ? responses(input, { limits }) : requests(input, { limits });
    };
    for (const count of [max - 1, max]) {
      if (limit === "maxContentLengthDigits" && count === 0) continue;
      expect(verdict(read(count)), `${count}`).toBe("accepted");
    }
    const over = read(max + 1);
    expect(verdict(over)).toBe(edge.refused);
    if (limit !== "maxEmptyLineCount")
      expect(violationIn(over).limit).toMatchObject({ name: limit, max, observed: max + 1 });
  });

  it("has the defaults of the table, and the strict ones", () => {
    const server = new ServerConnection();
    expect(server.limits).toMatchObject({
      maxHeaderBytes: 65_536,
      maxHeaderCount: 128,
      maxRequestLineBytes: 8_192,
      maxStatusLineBytes: 8_192,
      maxMethodBytes: 32,
      maxFieldNameBytes: 256,
      maxBodyBytes: 16_777_216,
      maxContentLengthDigits: 15,
      maxChunkSizeDigits: 16,
      maxChunkLineBytes: 1_024,
      maxChunkExtensionBytes: 16_384,
      maxTrailerBytes: 8_192,
      maxTrailerCount: 32,
      maxEmptyLineCount: 1,
      maxInformationalCount: 8,
      maxPipelinedCount: 64,
      headTimeoutMs: 10_000,
      bodyIdleTimeoutMs: 30_000,
      minBodyBytesPerSecond: 240,
      keepAliveTimeoutMs: 5_000,
      writeStallTimeoutMs: 30_000,
      lingerTimeoutMs: 1_000,
      lingerBytes: 65_536,
      maxQueuedOutputBytes: 262_144,
      maxRetainedBytes: 1_048_576,
    });
    expect(new ClientConnection({ preset: "strict" }).limits).toMatchObject({
      maxHeaderBytes: 16_384,
      maxHeaderCount: 64,
      maxBodyBytes: 1_048_576,
      maxChunkExtensionBytes: 1_024,
      bodyIdleTimeoutMs: 10_000,
    });
  });

  it("is a finite number in its range, or is refused when it is set", () => {
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null, undefined])
      for (const { name } of table.table)
        expect(
          () => new RequestDecoder({ limits: { [name]: value as number } }),
          `${name} ${value}`,
        ).toThrow(RangeError);
    expect(() => new ResponseDecoder({ limits: { maxHeaders: 5 } as Limits })).toThrow(TypeError);
    for (const { name, min, max } of table.table) {
      expect(new RequestDecoder({ limits: { [name]: min } }).limits[name]).toBe(min);
      expect(new RequestDecoder({ limits: { [name]: max } }).limits[name]).toBe(max);
      expect(() => new RequestDecoder({ limits: { [name]: min - 1 } })).toThrow(RangeError);
      expect(() => new RequestDecoder({ limits: { [name]: max + 1 } })).toThrow(RangeError);
    }
  });
});

describe("row: C1 limits of connections", () => {
  it("maxQueuedOutputBytes: the piece that reaches it is the last before a wait", () => {
    for (const [content, goesOn] of [
      [1_023, true],
      [1_024, false],
      [1_025, false],
    ] as const) {
      const server = new ServerConnection({ limits: { maxQueuedOutputBytes: 1_024 } });
      tell(server, `${LINE}${HOST}\r\n`);
      server.sendHead({ status: 200, content: 5_000 });
      taken(server);
      expect(server.sendContent(bytes(x(content)))).toBe(goesOn);
      expect(server.queuedBytes).toBe(content);
    }
  });

  it("maxRetainedBytes: what a head may hold with its objects", () => {
    // A head of n bytes with two lines is three objects: its own and two of 128 bytes.
    const told = (length: number): string => {
      const server = new ServerConnection({ limits: { maxRetainedBytes: 4_096 } });
      const input = `${LINE}${HOST}b: ${x(length - 32)}\r\n\r\n`;
      expect(input).toHaveLength(length);
      server.receive(bytes(input));
      const event = server.next();
      return event?.type === "violation" ? event.code : `${event?.type} ${server.retained}`;
    };
    const most = 4_096 - 3 * 128;
    expect(told(most - 1)).toBe("request-head 4095");
    expect(told(most)).toBe("request-head 4096");
    expect(told(most + 1)).toBe("http1.retained.bytes");
  });

  it("maxRetainedBytes: a head in pieces, with its objects", () => {
    const server = new ServerConnection({ limits: { maxRetainedBytes: 4_096 } });
    let lines = 0;
    let said = tell(server, LINE + HOST);
    while (said.length === 0) {
      said = tell(server, "b:\r\n");
      lines++;
      if (lines > 100) throw new Error("never refused");
    }
    expect(said).toMatchObject([
      {
        code: "http1.retained.bytes",
        reply: { status: 503 },
        limit: { name: "maxRetainedBytes", max: 4_096 },
      },
    ]);
    expect(lines).toBeLessThanOrEqual(31);
  });

  it("maxRetainedBytes: pipelined requests that are not read", () => {
    const server = new ServerConnection({ limits: { maxRetainedBytes: 8_192 } });
    tell(server, `${LINE}${HOST}\r\n`);
    for (let sent = 0; sent < 40 && server.state === "open"; sent++) {
      server.receive(bytes(`${LINE}b: ${x(400)}\r\n${HOST}\r\n`));
      server.hold();
      expect(server.retained).toBeLessThanOrEqual(8_192);
      expect(server.wantsInput).toBe(false);
    }
    server.sendResponse({ status: 200, content: "none" });
    expect(listen(server)).toMatchObject([{ code: "http1.retained.bytes" }]);
    taken(server);
    expect(server.retained).toBe(0);
  });

  it("coalesceBytes: pieces below it are put together, larger ones are handed on as they are", () => {
    const decoder = new RequestDecoder({ limits: { coalesceBytes: 8 } });
    const large = bytes(`${CHUNKED}7\r\nabcdefg\r\n8\r\nabcdefgh\r\n1\r\nx\r\n`);
    decoder.receive(large);
    const pieces: [number, boolean][] = [];
    for (let event = decoder.next(); event !== undefined; event = decoder.next())
      if (event.type === "content")
        pieces.push([event.bytes.length, event.bytes.buffer === large.buffer]);
    expect(pieces).toEqual([
      [7, false],
      [8, true],
      [1, false],
    ]);
  });

  it("the server's ledger bounds many connections together", () => {
    const fields = new Fields([["host", "a"]]);
    const client = new ClientConnection({ limits: { maxRetainedBytes: 4_096 } });
    client.sendRequest({ method: "POST", target: "/", fields, content: 10_000 });
    client.sendContent(bytes(x(4_000)));
    expect(client.state).toBe("open");
    client.sendContent(bytes(x(100)));
    expect(client.state).toBe("closed");
    expect(listen(client)).toMatchObject([{ code: "http1.retained.bytes" }]);
  });
});

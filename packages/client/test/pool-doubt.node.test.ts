import { describe, expect, it } from "vitest";
import { failure, newPool, raw } from "./pool-fixture.js";
import { inOrder, later, until } from "./raw-upstream.js";

describe("pool: poisoned on any doubt (threat: H1-16)", () => {
  it("a final response before the content was sent: it is passed on, the connection is not used again", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 413 Too\r\nContent-Length: 2\r\n\r\nno"));
    const pool = newPool();
    let pulled = 0;
    let ended = false;
    const response = await pool.request(upstream.identity, {
      method: "POST",
      content: (async function* () {
        try {
          for (;;) {
            yield new Uint8Array(1_000);
            pulled++;
            await later(5);
          }
        } finally {
          ended = true;
        }
      })(),
    });
    expect(response.status).toBe(413);
    expect(Buffer.from(await response.bytes()).toString()).toBe("no");
    await until(() => ended);
    expect(pulled).toBeLessThan(20);
    expect(pool.connectionCount).toBe(0);
    expect(pool.counters.poisoned.get("client.response.early")).toBe(1);
  });

  it("a response while content is sent, whose request completes in time, is a whole exchange", async () => {
    const upstream = await raw(
      inOrder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "2\r\nok\r\n0\r\n\r\n"),
    );
    const pool = newPool();
    const response = await pool.request(upstream.identity, {
      method: "POST",
      content: (async function* () {
        for (let count = 0; count < 3; count++) {
          yield Buffer.from("abc");
          await later(10);
        }
      })(),
    });
    expect(Buffer.from(await response.bytes()).toString()).toBe("ok");
    expect(pool.idleCount).toBe(0);
  });

  it("a response that is not read to its end", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const pool = newPool();
    const response = await pool.request(upstream.identity);
    for await (const piece of response.content()) {
      expect(piece).toHaveLength(4);
      break;
    }
    expect(pool.connectionCount).toBe(0);
    expect(pool.counters.poisoned.get("client.aborted")).toBe(1);
  });

  it("a cancelled request", async () => {
    const upstream = await raw(() => {});
    const pool = newPool();
    const controller = new AbortController();
    const pending = pool.request(upstream.identity, { signal: controller.signal });
    await until(() => upstream.received[0] !== undefined && upstream.received[0] !== "");
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: "client.aborted" });
    expect(pool.connectionCount).toBe(0);
  });

  const violations: [string, string, string][] = [
    [
      "two lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
      "http1.framing.length",
    ],
    [
      "length and coding",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok",
      "http1.framing.conflict",
    ],
    ["a bare line feed", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "http1.line.ending"],
    ["garbage", "SSH-2.0-OpenSSH_9.2\r\n", "http1.status-line.syntax"],
    [
      "a 101 nobody asked for",
      "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      "http1.response.informational",
    ],
    [
      "a length on 204",
      "HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nok",
      "http1.framing.forbidden",
    ],
  ];
  for (const [name, response, code] of violations)
    it(`a violation: ${name}`, async () => {
      const upstream = await raw(inOrder(response));
      const pool = newPool();
      const error = await failure(pool.request(upstream.identity));
      expect(error.code).toBe("client.response.violation");
      expect(error.violation?.code).toBe(code);
      expect(pool.counters.errors.get(code)).toBe(1);
      expect(pool.counters.poisoned.get(code)).toBe(1);
      expect(pool.connectionCount).toBe(0);
    });

  it("what a response holds never appears in an error (threat: H1-34)", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 200 OK\r\nMARKER : MARKER\r\n\r\n"));
    const error = await failure(newPool().request(upstream.identity));
    expect(error.violation?.code).toBe("http1.field.name");
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain("MARKER");
    expect(error.cause).toBeUndefined();
  });
});

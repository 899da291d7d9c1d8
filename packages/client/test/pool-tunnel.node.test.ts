import { Fields } from "@wirewall/fields";
import { describe, expect, it } from "vitest";
import { type ClientError } from "../src/index.js";
import { newPool, raw } from "./pool-fixture.js";
import { inOrder, later, OK, until } from "./raw-upstream.js";

describe("pool: a tunnel never comes back (threat: H1-20)", () => {
  const SWITCH =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst";
  const upgrade = new Fields([
    ["host", "a"],
    ["connection", "upgrade"],
    ["upgrade", "echo"],
  ]);

  it("101: both directions are handed over, and the pool forgets the connection", async () => {
    const upstream = await raw(inOrder(SWITCH));
    const pool = newPool();
    const response = await pool.request(upstream.identity, { fields: upgrade });
    expect(response.status).toBe(101);
    expect(Buffer.from(response.tunnel?.head ?? []).toString()).toBe("first");
    expect(pool.connectionCount).toBe(0);
    const { socket } = response.tunnel ?? {};
    socket?.resume();
    socket?.write("through");
    await until(() => upstream.received[0]?.endsWith("through") === true);
    const got = new Promise((resolve) => socket?.once("data", (chunk) => resolve(String(chunk))));
    upstream.sockets[0]?.write("back");
    expect(await got).toBe("back");
    socket?.destroy();
    await later();
    expect(pool.idleCount).toBe(0);
  });

  it("2xx to CONNECT is one, another status is a response and the connection stays", async () => {
    const upstream = await raw(
      inOrder("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 Go\r\n\r\n"),
    );
    const pool = newPool();
    const connect = { method: "CONNECT", target: "a:1", fields: [["host", "a:1"]] as const };
    const refused = await pool.request(upstream.identity, connect);
    expect([refused.status, refused.tunnel]).toEqual([403, undefined]);
    expect(pool.idleCount).toBe(1);
    const accepted = await pool.request(upstream.identity, connect);
    expect(accepted.tunnel).toBeDefined();
    expect(pool.connectionCount).toBe(0);
    accepted.tunnel?.socket.destroy();
  });

  it("no path from content to a tunnel: neither may be asked for with content", async () => {
    const upstream = await raw(inOrder(SWITCH));
    const pool = newPool();
    for (const content of ["abc", "", new Uint8Array(0), []])
      await expect(
        pool.request(upstream.identity, { method: "POST", fields: upgrade, content }),
      ).rejects.toThrow(TypeError);
    await expect(
      pool.request(upstream.identity, { method: "CONNECT", target: "a:1", content: "x" }),
    ).rejects.toThrow(TypeError);
    expect(upstream.sockets).toHaveLength(0);
  });

  it("no path from a tunnel to idle, in any order of what the upstream does", async () => {
    const parts = ["HTTP/1.1 103 Hints\r\n\r\n", SWITCH, OK, ""];
    for (const first of parts)
      for (const second of parts)
        for (const ends of [false, true]) {
          const upstream = await raw((_, socket) => {
            if (first + second !== "") socket.write(first + second);
            if (ends) socket.end();
          });
          const pool = newPool();
          const controller = new AbortController();
          const timer = setTimeout(() => controller.abort(), 40);
          const answer = await pool
            .request(upstream.identity, { fields: upgrade, signal: controller.signal })
            .catch((error: unknown) => error as ClientError);
          if ("tunnel" in answer && answer.tunnel !== undefined) {
            expect(pool.connectionCount).toBe(0);
            answer.tunnel.socket.destroy();
          } else if ("content" in answer) await answer.bytes().catch(() => {});
          await later(5);
          clearTimeout(timer);
          const usable = first + second === OK || first + second === `${parts[0]}${OK}`;
          expect(pool.idleCount, `${first}|${second}|${ends}`).toBe(usable && !ends ? 1 : 0);
        }
  });
});

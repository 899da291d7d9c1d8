// Listening: options, addresses, Unix sockets, and an accept loop that nothing ends.

import { build } from "esbuild";
import { spawn } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer, Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limits, ListenError, serve, ServeOptionError, type ServeOptions } from "../src/index.js";
import { ask, bodyOf, eventually, gate, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

const fetch = (): Response => new Response("x");

describe("options", () => {
  it.each<[string, unknown, string, string]>([
    ["options", undefined, "an object", "undefined"],
    ["fetch", {}, "exactly one of fetch and exchange", "neither"],
    ["fetch", { fetch, exchange: fetch }, "exactly one of fetch and exchange", "both"],
    ["fetch", { fetch: "text" }, "a function", '"text"'],
    ["exchange", { exchange: 1 }, "a function", "1"],
    ["port", { fetch, port: 65_536 }, "from 0 to 65535", "65536"],
    ["port", { fetch, port: "80\n" }, "from 0 to 65535", '"80\\n"'],
    ["port", { fetch, port: 1.5 }, "from 0 to 65535", "1.5"],
    ["host", { fetch, host: "http://a" }, "without port", '"http://a"'],
    ["host", { fetch, host: "" }, "an address", '""'],
    ["path", { fetch, path: "" }, "a file path", '""'],
    ["path", { fetch, path: "a\0b" }, "without NUL", '"a\\u0000b"'],
    ["path", { fetch, path: "x".repeat(200) }, "bytes", "…"],
    ["path", { fetch, path: "/tmp/x", port: 1 }, "either path, or port and host", "both"],
    ["tls", { fetch, tls: "secret" }, "an object", '"secret"'],
    ["tls.cert", { fetch, tls: { key: "x", cert: "y" } }, "no certificate in PEM", ""],
    ["limits", { fetch, limits: [] }, "an object", "an array"],
    ["limits.maxNothing", { fetch, limits: { maxNothing: 1 } }, "http1 limit", "another name"],
    ["limits.maxBodyBytes", { fetch, limits: { maxBodyBytes: 0 } }, "from 1 to", "0"],
    ["limits.maxBodyBytes", { fetch, limits: { maxBodyBytes: Infinity } }, "from 1", "Infinity"],
    ["preset", { fetch, preset: "lax" }, '"default" or "strict"', '"lax"'],
    ["maxConnectionCount", { fetch, maxConnectionCount: 0 }, "from 1 to", "0"],
    ["maxServerRetainedBytes", { fetch, maxServerRetainedBytes: NaN }, "whole number", "NaN"],
    ["shutdownTimeoutMs", { fetch, shutdownTimeoutMs: -1 }, "from 1", "-1"],
    ["handshakeTimeoutMs", { fetch, handshakeTimeoutMs: null }, "whole", "null"],
    ["backlog", { fetch, backlog: {} }, "from 1 to 65535", "type object"],
    ["onError", { fetch, onError: 1 }, "a function", "1"],
    ["onViolation", { fetch, onViolation: null }, "a function", "null"],
    ['"prot"', { fetch, prot: 80 }, "one of fetch, exchange, port", "another name"],
  ])("%s is refused with its name, what was expected, and what came", async (...row) => {
    const [option, options, expected, received] = row;
    const error = await serve(options as ServeOptions).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ServeOptionError);
    expect(error).toMatchObject({ code: "server.option", option });
    expect((error as ServeOptionError).expected).toContain(expected);
    expect((error as ServeOptionError).received).toContain(received);
    expect((error as Error).message).toMatch(/^[\x20-\x7e…]+$/);
  });

  it("that are undefined are absent", async () => {
    const server = await serve({ fetch, port: undefined, path: undefined } as never);
    await server.close();
  });

  it("have their defaults and reasons in a table", () => {
    expect(limits.resolve()).toMatchObject({ maxConnectionCount: 16_384 });
    for (const { reason } of limits.table) expect(reason).not.toBe("");
  });
});

describe("addresses", () => {
  it("are loopback and any free port, unless said otherwise", async () => {
    const server = await start({ fetch });
    expect(server.address).toMatchObject({ address: "127.0.0.1" });
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const six = await start({ fetch, host: "::1" });
    expect(six.url).toBe(`http://[::1]:${six.port}`);
    expect((await globalThis.fetch(six.url)).status).toBe(200);
    const any = await start({ fetch, host: "0.0.0.0" });
    expect(any.url).toBe(`http://127.0.0.1:${any.port}`);
  });

  it("that are taken, or not ours, are one typed error", async () => {
    const { port } = await start({ fetch });
    const taken = await serve({ fetch, port: port ?? 0 }).catch((error: unknown) => error);
    expect(taken).toBeInstanceOf(ListenError);
    expect(taken).toMatchObject({ code: "EADDRINUSE", address: `127.0.0.1:${port}` });
    const foreign = await serve({ fetch, host: "192.0.2.1" }).catch((error: unknown) => error);
    expect(foreign).toMatchObject({ code: "EADDRNOTAVAIL" });
  });
});

describe("Unix sockets", () => {
  let folder = "";
  let path = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "wirewall-"));
    path = join(folder, "s");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const over = (socketPath: string, text: string): Promise<string> =>
    new RawClient(connect({ path: socketPath, allowHalfOpen: true })).send(text).end();

  it("serve, know no address of the peer, and are removed", async () => {
    const server = await start({
      path,
      fetch: (request, info) => new Response(`${request.url} ${info.remoteAddress}`),
    });
    expect([server.address, server.port, server.url]).toEqual([path, undefined, `unix:${path}`]);
    expect(bodyOf(await over(path, get()))).toBe("http://a.example/ undefined");
    expect(bodyOf(await over(path, "GET / HTTP/1.0\r\n\r\n"))).toBe("http://localhost/ undefined");
    await server.close();
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  it("that were left behind are replaced", async () => {
    const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`;
    await new Promise((resolve) => spawn(process.execPath, ["-e", script]).once("exit", resolve));
    expect((await stat(path)).isSocket()).toBe(true);
    await start({ path, fetch });
    expect(statusOf(await over(path, get()))).toBe(200);
  });

  it("that somebody answers on are refused, and go on", async () => {
    await start({ path, fetch });
    const error = await serve({ path, fetch }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({ code: "EADDRINUSE", address: path });
    expect(statusOf(await over(path, get()))).toBe(200);
  });

  it("are not put in the place of a file or a folder", async () => {
    await writeFile(path, "precious");
    const error = await serve({ path, fetch }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "EEXIST" });
    expect((await stat(path)).size).toBe(8);
    const inside = await serve({ path: folder, fetch }).catch((caught: unknown) => caught);
    expect(inside).toMatchObject({ code: "EEXIST" });
    const below = await serve({ path: join(path, "x"), fetch }).catch((caught: unknown) => caught);
    expect(below).toMatchObject({ code: "ENOTDIR" });
  });

  it("reset an answer that breaks off without a TCP reset", async () => {
    await start({
      path,
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        await exchange.write(Buffer.from("begun"));
        throw new Error("broken");
      },
    });
    expect(await over(path, "GET / HTTP/1.0\r\n\r\n")).not.toContain("500");
  });
});

describe("accepting", () => {
  /** The node:net server inside, which the API does not show. */
  async function withInner(
    options: ServeOptions,
  ): Promise<[NetServer, Awaited<ReturnType<typeof start>>]> {
    const { listen } = NetServer.prototype;
    const found: NetServer[] = [];
    NetServer.prototype.listen = function (this: NetServer, ...given: unknown[]): NetServer {
      found.push(this);
      return Reflect.apply(listen, this, given);
    } as typeof listen;
    try {
      const server = await start(options);
      const [inner] = found;
      if (inner === undefined) throw new Error("no server inside");
      return [inner, server];
    } finally {
      NetServer.prototype.listen = listen;
    }
  }

  it("threat: H2-18 survives errors, which are counted and reported", async () => {
    const reported: unknown[] = [];
    const [inner, { port, counters }] = await withInner({
      fetch,
      onError: (error, info) => {
        reported.push((error as Error).message, info);
        throw new Error("callback");
      },
    });
    inner.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }));
    expect(statusOf(await ask(port, get()))).toBe(200);
    expect(counters.acceptErrors).toBe(1);
    expect(reported).toEqual(["accept EMFILE", undefined]);
  });

  it("over maxConnectionCount closes at once, and counts", async () => {
    const server = await start({ fetch, maxConnectionCount: 2 });
    const first = await RawClient.to(server.port);
    const second = await RawClient.to(server.port);
    await eventually(() => server.connectionCount === 2);
    const third = await RawClient.to(server.port);
    expect(await third.end()).toBe("");
    expect(server.counters).toMatchObject({ accepted: 2, dropped: 1 });
    first.socket.destroy();
    await eventually(() => server.connectionCount === 1);
    expect(statusOf(await ask(server.port, get()))).toBe(200);
    second.socket.destroy();
  });

  it("counts handlers that outlive their connections", async () => {
    const returning = gate();
    const server = await start({
      fetch: async () => {
        await returning.promise;
        return new Response("x");
      },
      maxConnectionCount: 2,
    });
    for (let count = 1; count <= 2; count++) {
      const client = await RawClient.to(server.port);
      client.send(get());
      await eventually(() => server.counters.requests === count);
      client.socket.resetAndDestroy();
      await eventually(() => server.counters.aborted === count);
    }
    expect(await (await RawClient.to(server.port)).send(get()).end()).toBe("");
    expect(server.counters.dropped).toBe(1);
    returning.open();
    await eventually(() => server.connectionCount === 0);
    expect(statusOf(await ask(server.port, get()))).toBe(200);
  });

  it("goes on when the process ran out of descriptors", async () => {
    const folder = await mkdtemp(join(tmpdir(), "wirewall-"));
    const packages = fileURLToPath(new URL("../..", import.meta.url));
    const bundle = join(folder, "server.mjs");
    await build({
      stdin: {
        contents: `
          import { serve } from "@wirewall/server";
          const server = await serve({ fetch: () => new Response("alive") });
          process.stdout.write(String(server.port));`,
        resolveDir: packages,
      },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: bundle,
      plugins: [
        {
          name: "sources",
          setup(setup) {
            setup.onResolve({ filter: /^@wirewall\// }, ({ path: name }) => {
              const [, owner = "", entry = "index"] = name.split("/");
              return { path: `${packages}${owner}/src/${entry}.ts` };
            });
          },
        },
      ],
    });
    const child = spawn("sh", ["-c", `ulimit -n 64; exec "${process.execPath}" "${bundle}"`]);
    try {
      const port = await new Promise<number>((resolve, reject) => {
        child.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
        child.once("exit", () => reject(new Error("the server did not start")));
      });
      const sockets = Array.from({ length: 120 }, () => connect({ port, host: "127.0.0.1" }));
      let lost = 0;
      for (const socket of sockets) socket.on("error", () => {}).once("close", () => lost++);
      await eventually(() => lost > 0);
      for (const socket of sockets) socket.destroy();
      const alive = async (): Promise<string> =>
        (await globalThis.fetch(`http://127.0.0.1:${port}`)).text();
      let answer = "";
      while (answer === "") answer = await alive().catch(() => "");
      expect(answer).toBe("alive");
    } finally {
      child.kill();
      await rm(folder, { recursive: true });
    }
  });

  it("is not hindered by a server elsewhere", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    expect(statusOf(await ask((await start({ fetch })).port, get()))).toBe(200);
    other.close();
  });
});

describe("what a server keeps", () => {
  it("is bounded for all connections together", async () => {
    const server = await start({
      fetch: async (request) => new Response(String((await request.text()).length)),
      maxServerRetainedBytes: 262_144,
    });
    const size = 400_000;
    const request = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`;
    const all = await ask(server.port, request + "x".repeat(size));
    expect(statusOf(all)).toBe(503);
    expect(server.counters.handlerErrors).toBe(1);
    const small = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`;
    expect(bodyOf(await ask(server.port, small))).toBe("5");
  });
});

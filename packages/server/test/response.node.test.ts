// What a WHATWG handler may return, and what becomes of what it may not.

import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { HandlerError, Response as OwnResponse } from "../src/index.js";
import { ask, bodyOf, fieldOf, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

describe("the Response", () => {
  it("may be the platform's or our own, with text, bytes or nothing", async () => {
    expect(new OwnResponse("x")).toBeInstanceOf(Response);
    const bodies = [null, "", "text ä", new TextEncoder().encode("bytes")] as const;
    for (const Class of [Response, OwnResponse])
      for (const body of bodies) {
        const server = await start({
          fetch: () => new Class(body, { status: 202, headers: { "X-Test": " 1 " } }),
        });
        const response = await fetch(server.url);
        expect(response.status).toBe(202);
        expect(response.headers.get("x-test")).toBe("1");
        expect(response.headers.get("content-length")).toBe(String(Buffer.from(body ?? "").length));
        expect(await response.text()).toBe(Buffer.from(body ?? "").toString());
      }
  });

  it("of our own behaves as the platform's does", async () => {
    const own = new OwnResponse("body", { status: 201, headers: { a: "1" } });
    expect([own.status, own.ok, own.statusText, own.type, own.bodyUsed]).toEqual([
      201,
      true,
      "",
      "default",
      false,
    ]);
    own.headers.append("a", "2");
    expect([...own.headers]).toEqual([
      ["a", "1, 2"],
      ["content-type", "text/plain;charset=UTF-8"],
    ]);
    const copy = own.clone();
    expect(await own.text()).toBe("body");
    expect(own.bodyUsed).toBe(true);
    expect(await copy.text()).toBe("body");
    expect(await OwnResponse.json({ a: 1 }, { status: 400 }).json()).toEqual({ a: 1 });
    expect(OwnResponse.redirect("http://a.example/", 303).status).toBe(303);
    expect(OwnResponse.error().type).toBe("error");
    expect(() => new OwnResponse("x", { status: 204 })).toThrow(TypeError);
    expect(() => new OwnResponse("x", { status: 99 })).toThrow(RangeError);
    expect(() => new OwnResponse("x", { statusText: "a\r\nb" })).toThrow(TypeError);
  });

  it("changed after it was made is answered as changed", async () => {
    const { url } = await start({
      fetch: () => {
        const response = new OwnResponse("x", { headers: { a: "1" } });
        response.headers.set("a", "2");
        return response;
      },
    });
    expect((await fetch(url)).headers.get("a")).toBe("2");
  });

  it("loses the fields of a connection, and keeps the others apart", async () => {
    const { port } = await start({
      fetch: () =>
        new Response("x", {
          headers: [
            ["Connection", "keep-alive, x-hop"],
            ["Keep-Alive", "timeout=99"],
            ["Transfer-Encoding", "gzip"],
            ["Proxy-Connection", "a"],
            ["Upgrade", "h2c"],
            ["Set-Cookie", "a=1"],
            ["Set-Cookie", "b=2"],
            ["Date", "Thu, 01 Jan 1970 00:00:00 GMT"],
          ],
        }),
    });
    const response = await ask(port, get());
    expect(response).not.toMatch(/keep-alive|transfer-encoding|proxy-connection|upgrade/i);
    expect(response.match(/set-cookie/gi)).toHaveLength(2);
    expect(response.match(/^date: /gim)).toHaveLength(1);
    expect(fieldOf(response, "date")).toBe("Thu, 01 Jan 1970 00:00:00 GMT");
  });

  it("streams, in chunks or in the length that was declared", async () => {
    const pieces = (): ReadableStream => {
      let count = 0;
      return new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          if (count++ === 3) controller.close();
          else controller.enqueue(new TextEncoder().encode("piece"));
        },
      });
    };
    const { port } = await start({
      fetch: (request) =>
        new Response(pieces(), {
          headers: request.url.endsWith("/length") ? { "content-length": "15" } : {},
        }),
    });
    const chunked = await ask(port, get());
    expect(fieldOf(chunked, "transfer-encoding")).toBe("chunked");
    expect(bodyOf(chunked)).toBe("5\r\npiece\r\n5\r\npiece\r\n5\r\npiece\r\n0\r\n\r\n");
    const declared = await ask(port, get("/length"));
    expect(fieldOf(declared, "content-length")).toBe("15");
    expect(bodyOf(declared)).toBe("piecepiecepiece");
    const old = await ask(port, "GET / HTTP/1.0\r\n\r\n");
    expect(bodyOf(old)).toBe("piecepiecepiece");
  });

  it("sends its head before the first piece of a stream is there", async () => {
    const { port } = await start({ fetch: () => new Response(new ReadableStream({})) });
    const client = await RawClient.to(port);
    await client.send(get()).has("\r\n\r\n");
    expect(statusOf(client.received)).toBe(200);
    client.socket.destroy();
  });

  it("to HEAD has no content, and its stream is cancelled", async () => {
    let cancelled = false;
    const { port } = await start({
      fetch: (request) =>
        request.url.endsWith("/stream")
          ? new Response(
              new ReadableStream({
                cancel() {
                  cancelled = true;
                },
              }),
            )
          : request.url.endsWith("/declared")
            ? new Response(null, { headers: { "content-length": "1234" } })
            : new Response("hello"),
    });
    const head = (path: string): string => get(path).replace("GET", "HEAD");
    for (const path of ["/", "/stream", "/declared"])
      expect(bodyOf(await ask(port, head(path)))).toBe("");
    expect(fieldOf(await ask(port, head("/declared")), "content-length")).toBe("1234");
    expect(cancelled).toBe(true);
  });

  it.each<[string, () => unknown]>([
    [
      "a declared length that is too short",
      () => new Response("hello", { headers: { "content-length": "4" } }),
    ],
    [
      "a declared length that is too long",
      () => new OwnResponse("hello", { headers: { "content-length": "6" } }),
    ],
    [
      "a length that is no number",
      () => new Response("x", { headers: { "content-length": "+1" } }),
    ],
    ["nothing", () => undefined],
    ["text", () => "hello"],
    ["an object that is no Response", () => ({ status: 200 })],
    [
      "a Response that was read",
      async () => {
        const response = new Response("x");
        await response.text();
        return response;
      },
    ],
    ["a network error", () => Response.error()],
    ["a control character in a field", () => new Response("x", { headers: { a: "\u0001" } })],
    [
      "a thrown error",
      () => {
        throw new Error("secret detail");
      },
    ],
    ["a rejection", () => Promise.reject(new Error("secret detail"))],
    [
      "a thrown nothing",
      () => {
        throw undefined;
      },
    ],
    [
      "a thenable that throws",
      () =>
        Object.defineProperty({}, ["th", "en"].join(""), {
          value() {
            throw new Error("secret detail");
          },
        }),
    ],
  ])("that cannot be sent is 500, reported, and tells nothing: %s", async (_name, handler) => {
    const errors: unknown[] = [];
    const { port, counters } = await start({
      fetch: handler as () => Response,
      onError: (error) => errors.push(error),
    });
    const client = await RawClient.to(port);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.has("\n\n".slice(1));
    await client.has("Internal Server Error\n");
    expect(statusOf(client.received)).toBe(500);
    expect(client.received).not.toContain("secret");
    expect(errors).toHaveLength(1);
    expect(counters.handlerErrors).toBe(1);
    client.send(get());
    expect(await client.end()).toMatch(/500 .*500 /s);
  });

  it("whose stream fails is cut off, so that the client sees it", async () => {
    const errors: unknown[] = [];
    const { url } = await start({
      fetch: () => {
        let count = 0;
        return new Response(
          new ReadableStream({
            async pull(controller) {
              await new Promise((resolve) => setTimeout(resolve, 1));
              if (count++ === 2) throw new Error("source failed");
              controller.enqueue(new TextEncoder().encode("piece"));
            },
          }),
        );
      },
      onError: (error) => errors.push(error),
    });
    const response = await fetch(url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect((errors[0] as Error).message).toBe("source failed");
  });

  it.each([
    ["fewer bytes than declared", ["abc"], "4"],
    ["more bytes than declared", ["abc", "def"], "5"],
  ])("with %s is cut off", async (_name, pieces, declared) => {
    const errors: unknown[] = [];
    const { port } = await start({
      fetch: () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              await new Promise((resolve) => setTimeout(resolve, 1));
              const piece = pieces.shift();
              if (piece === undefined) controller.close();
              else controller.enqueue(new TextEncoder().encode(piece));
            },
          }),
          { headers: { "content-length": declared } },
        ),
      onError: (error) => errors.push(error),
    });
    const client = await RawClient.to(port);
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").end();
    expect(bodyOf(client.received).length).toBeLessThan(Number(declared));
    expect(errors).toHaveLength(1);
  });

  it("that is no stream of bytes is cut off", async () => {
    const errors: unknown[] = [];
    const body = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        controller.enqueue("text");
      },
    });
    const { port } = await start({
      fetch: () => new Response(body),
      onError: (error) => errors.push(error),
    });
    await ask(port, get());
    expect(errors[0]).toBeInstanceOf(HandlerError);
  });

  it("of our own may be put in the platform's place by an application", async () => {
    const platform = globalThis.Response;
    globalThis.Response = OwnResponse;
    try {
      const app = new Hono();
      app.use(async (c, next) => {
        await next();
        c.res = new Response(c.res.body, c.res);
        c.res.headers.set("x-seen", "1");
      });
      app.get("/text", (c) => c.text("text"));
      app.get("/json", (c) => c.json({ a: 1 }, 202));
      app.get("/none", (c) => c.body(null, 204));
      const { port } = await start({ fetch: app.fetch });
      const text = await ask(port, get("/text"));
      expect([bodyOf(text), fieldOf(text, "x-seen")]).toEqual(["text", "1"]);
      const json = await ask(port, get("/json"));
      expect([statusOf(json), bodyOf(json)]).toEqual([202, '{"a":1}']);
      expect(statusOf(await ask(port, get("/none")))).toBe(204);
      expect(statusOf(await ask(port, get("/other")))).toBe(404);
      expect(new OwnResponse("x").clone()).toBeInstanceOf(platform);
    } finally {
      globalThis.Response = platform;
    }
  });

  it("leaves no trace on the globals", async () => {
    const before = [globalThis.Request, globalThis.Response, globalThis.Headers];
    const keys = Reflect.ownKeys(Request.prototype).length;
    const { url } = await start({ fetch: () => new OwnResponse("x") });
    await fetch(url);
    expect([globalThis.Request, globalThis.Response, globalThis.Headers]).toEqual(before);
    expect(Reflect.ownKeys(Request.prototype)).toHaveLength(keys);
  });
});

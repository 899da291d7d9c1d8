// WHATWG handlers: what they are given, what they may return, and what they cannot do to a server.

import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { HandlerError, Response as OwnResponse } from "../src/index.js";
import { ask, bodyOf, eventually, fieldOf, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

const post = (body: string, more = ""): string =>
  `POST /p HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${body.length}\r\n${more}` +
  `Connection: close\r\n\r\n${body}`;

describe("handlers run unchanged", () => {
  it("a plain (Request) => Response", async () => {
    const { url } = await start({
      fetch: (request) => new Response(`${request.method} ${new URL(request.url).pathname}`),
    });
    const response = await fetch(`${url}/path?q=1`, { method: "PUT", body: "x" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("PUT /path");
    expect(response.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
    expect(response.headers.get("content-length")).toBe("9");
    expect(response.headers.get("date")).toMatch(/ GMT$/);
  });

  it("a Hono app", async () => {
    const app = new Hono();
    app.use(async (c, next) => {
      await next();
      c.res.headers.set("x-middleware", "yes");
    });
    app.get("/hello/:name", (c) =>
      c.text(`hello ${c.req.param("name")} ${c.req.query("q") ?? ""}`),
    );
    app.post("/json", async (c) => c.json({ got: await c.req.json() }, 201));
    app.post("/form", async (c) => c.json(await c.req.parseBody()));
    app.get("/header", (c) =>
      c.text(`${c.req.header("x-one")} ${Object.keys(c.req.header()).length}`),
    );
    app.onError((_error, c) => c.text("sorry", 500));
    app.get("/boom", () => {
      throw new Error("boom");
    });
    const { url } = await start({ fetch: app.fetch });

    const hello = await fetch(`${url}/hello/w%C3%B6rld?q=a%20b`);
    expect(await hello.text()).toBe("hello wörld a b");
    expect(hello.headers.get("x-middleware")).toBe("yes");

    const json = await fetch(`${url}/json`, { method: "POST", body: '{"a":[1]}' });
    expect(json.status).toBe(201);
    expect(await json.json()).toEqual({ got: { a: [1] } });

    const form = new FormData();
    form.set("field", "value");
    const formed = await fetch(`${url}/form`, { method: "POST", body: form });
    expect(await formed.json()).toEqual({ field: "value" });

    const header = await fetch(`${url}/header`, { headers: { "x-one": "1" } });
    expect(await header.text()).toMatch(/^1 \d+$/);

    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/boom`)).status).toBe(500);
    const head = await fetch(`${url}/hello/x`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
  });
});

describe("the Request", () => {
  it("is a Request, without a real one being made", async () => {
    let seen: unknown;
    const { port } = await start({
      fetch: (request) => {
        seen = {
          isRequest: request instanceof Request,
          isHeaders: request.headers instanceof Headers,
          method: request.method,
          url: request.url,
          cookie: request.headers.get("cookie"),
          many: request.headers.get("X-Many"),
          none: request.headers.get("x-none"),
          has: [request.headers.has("x-many"), request.headers.has("x-none")],
          body: request.body,
          used: request.bodyUsed,
          mode: request.mode,
          aborted: request.signal.aborted,
        };
        return new Response(null, { status: 204 });
      },
    });
    const more = "Cookie: a=1\r\nCookie: b=2\r\nX-Many: 1\r\nX-Many: 2\r\n";
    const response = await ask(port, get("/x?y", more));
    expect(statusOf(response)).toBe(204);
    expect(fieldOf(response, "content-length")).toBeUndefined();
    expect(seen).toEqual({
      isRequest: true,
      isHeaders: true,
      method: "GET",
      url: "http://a.example/x?y",
      cookie: "a=1; b=2",
      many: "1, 2",
      none: null,
      has: [true, false],
      body: null,
      used: false,
      mode: "cors",
      aborted: false,
    });
  });

  it.each([
    ["text", (request: Request) => request.text()],
    ["json", async (request: Request) => JSON.stringify(await request.json())],
    [
      "arrayBuffer",
      async (request: Request) => Buffer.from(await request.arrayBuffer()).toString(),
    ],
    ["blob", async (request: Request) => (await request.blob()).text()],
    ["stream", async (request: Request) => new Response(request.body).text()],
    ["clone", async (request: Request) => request.clone().text()],
    ["new Request", async (request: Request) => new Request(request).text()],
    ["new Request with init", async (request: Request) => new Request("http://b/", request).text()],
    ["stream, then text", async (request: Request) => (request.body, request.text())],
  ])("reads its content: %s", async (_name, read) => {
    const { port } = await start({ fetch: async (request) => new Response(await read(request)) });
    for (const framing of ["length", "chunked"]) {
      const body = '{"a":"ä"}';
      const bytes = Buffer.from(body).toString("latin1");
      const request =
        framing === "length"
          ? post(bytes)
          : "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n" +
            `Connection: close\r\n\r\n4\r\n${bytes.slice(0, 4)}\r\n${(bytes.length - 4).toString(16)}\r\n` +
            `${bytes.slice(4)}\r\n0\r\n\r\n`;
      expect(bodyOf(await ask(port, request))).toBe(bytes);
    }
  });

  it("can be read once", async () => {
    const { port } = await start({
      fetch: async (request) => {
        const before = request.bodyUsed;
        const text = await request.text();
        const again = await request.text().catch((error: unknown) => (error as Error).name);
        let cloned = "cloned";
        try {
          request.clone();
        } catch (error) {
          cloned = (error as Error).name;
        }
        return Response.json([before, text, request.bodyUsed, again, cloned]);
      },
    });
    const response = await ask(port, post("abc"));
    expect(JSON.parse(bodyOf(response))).toEqual([false, "abc", true, "TypeError", "TypeError"]);
  });

  it("has an empty body where none was sent, as often as it is asked for", async () => {
    const { port } = await start({
      fetch: async (request) =>
        Response.json([await request.text(), await request.text(), request.bodyUsed]),
    });
    expect(JSON.parse(bodyOf(await ask(port, get())))).toEqual(["", "", false]);
  });

  it("takes its authority from Host alone, and its scheme from the connection", async () => {
    const { port } = await start({ fetch: (request) => new Response(request.url) });
    const forged =
      "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nForwarded: host=e\r\n";
    expect(bodyOf(await ask(port, get("/a", forged)))).toBe("http://a.example/a");
    const absolute =
      "GET https://a.example/b HTTP/1.1\r\nHost: A.example\r\nConnection: close\r\n\r\n";
    expect(bodyOf(await ask(port, absolute))).toBe("http://a.example/b");
    expect(bodyOf(await ask(port, "GET /c HTTP/1.0\r\n\r\n"))).toBe(`http://127.0.0.1:${port}/c`);
  });

  it("is not made for what no URL or no Request can say", async () => {
    let calls = 0;
    const { port } = await start({
      fetch: () => {
        calls++;
        return new Response("called");
      },
    });
    const impossible = "GET / HTTP/1.1\r\nHost: 1.2.3.4.5\r\nConnection: close\r\n\r\n";
    expect(statusOf(await ask(port, impossible))).toBe(400);
    const trace = "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    expect(statusOf(await ask(port, trace))).toBe(501);
    const tunnel = "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n";
    expect(statusOf(await ask(port, tunnel))).toBe(501);
    expect(calls).toBe(0);
  });
});

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
      () => ({
        then() {
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

  it("leaves no trace on the globals", async () => {
    const before = [globalThis.Request, globalThis.Response, globalThis.Headers];
    const keys = Reflect.ownKeys(Request.prototype).length;
    const { url } = await start({ fetch: () => new OwnResponse("x") });
    await fetch(url);
    expect([globalThis.Request, globalThis.Response, globalThis.Headers]).toEqual(before);
    expect(Reflect.ownKeys(Request.prototype)).toHaveLength(keys);
  });
});

describe("callbacks", () => {
  it("may throw and reject without harm", async () => {
    const { port, counters } = await start({
      fetch: () => {
        throw new Error("handler");
      },
      onError: async () => {
        throw new Error("callback");
      },
      onViolation: () => {
        throw new Error("callback");
      },
    });
    expect(statusOf(await ask(port, get()))).toBe(500);
    expect(statusOf(await ask(port, "GET / HTTP/1.1\r\n\r\n"))).toBe(400);
    await eventually(() => counters.violations.get("http1.host.missing") === 1);
  });
});

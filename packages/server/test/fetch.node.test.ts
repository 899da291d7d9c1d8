// WHATWG handlers: what they are given, what they may return, and what they cannot do to a server.

import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { ask, bodyOf, eventually, fieldOf, get, statusOf } from "./raw-client.js";
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

  // Elsewhere the state of a Request is private, and `request.clone()` has to be passed.
  const shown = Object.getOwnPropertySymbols(new Request("http://a")).length > 0;
  it.skipIf(!shown)("can be passed to new Request and to fetch", async () => {
    const upstream = await start({ fetch: async (request) => new Response(await request.text()) });
    const { port } = await start({
      fetch: (request) => {
        const forwarded = new Request(request);
        return fetch(new Request(upstream.url, forwarded));
      },
    });
    expect(bodyOf(await ask(port, post("abc")))).toContain("abc");
    const direct = await start({
      fetch: async (request) => {
        if (request.headers.has("x-hop")) return new Response(await request.text());
        request.headers.set("x-hop", "1");
        return fetch(request);
      },
    });
    const host = `127.0.0.1:${direct.port}`;
    expect(bodyOf(await ask(direct.port, post("abc").replace("a.example", host)))).toContain("abc");
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

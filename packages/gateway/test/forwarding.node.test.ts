import { describe, expect, it } from "vitest";
import { guard, rawUpstream } from "./fixture.js";
import { inOrder, later, OK } from "../../client/test/raw-upstream.js";

describe("gateway: requests are written anew", () => {
  it("the whole request, byte for byte", async () => {
    const { sent, port } = await through(
      "GET /a?b=%2e%2e//c HTTP/1.1\r\nHOST: Example.test:80\r\nX-Odd:\t spaced \t\r\nCookie: a=b\r\nAccept: */*\r\n\r\n",
    );
    expect(port).toBeGreaterThan(0);
    expect(sent).toBe(
      [
        "GET /a?b=%2e%2e//c HTTP/1.1",
        "host: Example.test:80",
        "x-odd: spaced",
        "cookie: a=b",
        "accept: */*",
        "via: 1.1 wirewall",
        'forwarded: for=127.0.0.1;proto=http;host="Example.test:80"',
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-forwarded-host: Example.test:80",
        "",
        "",
      ].join("\r\n"),
    );
  });

  it("fields of the connection stay behind, also those that Connection lists", async () => {
    const { sent } = await through(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Secret , x-other\r\nConnection: X-Third\r\nKeep-Alive: timeout=5\r\nX-Secret: 1\r\nX-Other: 2\r\nX-Third: 3\r\nX-Fourth: 4\r\nTE: gzip\r\nTrailer: x\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\nHTTP2-Settings: AAMAAABk\r\nExpect: 100-continue\r\n\r\n",
    );
    expect(namesOf(sent)).toEqual(["host", "x-fourth", ...OURS]);
  });

  it("what routes or authenticates cannot be taken away by Connection", async () => {
    const { sent } = await through(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: host, cookie, authorization, x-forwarded-for, forwarded\r\nCookie: a\r\nAuthorization: b\r\n\r\n",
    );
    expect(namesOf(sent)).toEqual(["host", "cookie", "authorization", ...OURS]);
  });

  it("what the peer says about who asked is dropped, in every spelling", async () => {
    const { sent } = await through(
      "GET / HTTP/1.1\r\nHost: a\r\nForwarded: for=evil\r\nX-Forwarded-For: evil\r\nX-Forwarded-Proto: evil\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: evil\r\nX-Forwarded-Prefix: /evil\r\nX-Real-IP: evil\r\nX_Forwarded_For: evil\r\nX-Forwarded_Host: evil\r\nContent_Length: evil\r\nTransfer_Encoding: evil\r\nX_Real_Ip: evil\r\nX_Kept: 1\r\n\r\n",
    );
    expect(sent).not.toContain("evil");
    expect(namesOf(sent)).toEqual(["host", "x_kept", ...OURS]);
  });

  it("Via grows; a loop ends", async () => {
    const { sent } = await through("GET / HTTP/1.1\r\nHost: a\r\nVia: 1.0 one, 1.1 two\r\n\r\n");
    expect(sent).toContain("\r\nvia: 1.0 one, 1.1 two\r\nvia: 1.1 wirewall\r\n");
    const most = Array.from({ length: 15 }, () => "1.1 x").join(", ");
    expect((await through(`GET / HTTP/1.1\r\nHost: a\r\nVia: ${most}\r\n\r\n`)).status).toBe(200);
    const over = await through(`GET / HTTP/1.1\r\nHost: a\r\nVia: ${most}\r\nVia: 1.1 x\r\n\r\n`);
    expect([over.status, over.sent]).toEqual([508, ""]);
  });

  it("a gateway that is its own upstream does not run away", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const spare = upstream.port;
    await upstream.stop();
    const { client, gateway } = await guard(`http://127.0.0.1:${spare}`, {}, { port: spare });
    const peer = client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await peer.until("gateway.hops");
    expect(peer.status).toBe(508);
    expect(gateway.counters.requests).toBe(17);
  });

  const targets: [string, string, string][] = [
    ["GET", "http://a/x?y", "/x?y"],
    ["GET", "http://a", "/"],
    ["GET", "HTTP://A", "/"],
    ["GET", "http://a?q", "/?q"],
    ["GET", "http://a//b/../c", "//b/../c"],
    ["OPTIONS", "http://a", "*"],
    ["OPTIONS", "http://a/", "/"],
    ["OPTIONS", "*", "*"],
    ["GET", "//b/c", "//b/c"],
    ["GET", "/%00%2f", "/%00%2f"],
  ];
  for (const [method, target, expected] of targets)
    it(`${method} ${target} asks for ${expected}`, async () => {
      const { sent } = await through(`${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(sent.split("\r\n", 2)).toEqual([`${method} ${expected} HTTP/1.1`, "host: a"]);
    });

  it("HTTP/1.0 is spoken for in HTTP/1.1, with the upstream's name where there is none", async () => {
    const { sent, text, upstream } = await through("GET / HTTP/1.0\r\n\r\n");
    expect(sent).toMatch(
      new RegExp(
        `^GET / HTTP/1\\.1\r\nhost: 127\\.0\\.0\\.1:${upstream}\r\nvia: 1\\.0 wirewall\r\n`,
      ),
    );
    expect(sent).not.toContain("x-forwarded-host");
    expect(text).toMatch(/connection: close/);
  });

  it("IPv6 clients and authorities are quoted as RFC 7239 asks", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { port } = await guard(upstream.url, {}, { host: "::1" });
    const { connect } = await import("node:net");
    const socket = connect({ port, host: "::1" });
    socket.write("GET / HTTP/1.1\r\nHost: [::1]:9\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.destroy();
    expect(upstream.all).toContain(
      '\r\nforwarded: for="[::1]";proto=http;host="[::1]:9"\r\nx-forwarded-for: ::1\r\n',
    );
  });

  it("TE: trailers goes on as our own wish", async () => {
    const { sent } = await through("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers, gzip;q=0.5\r\n\r\n");
    expect(sent).toContain("\r\nconnection: te\r\nte: trailers\r\n");
  });

  it("content by length and in chunks, with trailers", async () => {
    const byLength = await through("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    expect(byLength.sent).toMatch(/\r\ncontent-length: 3\r\n\r\nabc$/);
    const chunked = await through(
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n00\r\nX-Sum: 1\r\n\r\n",
      (text) => text.includes("x-sum: 1\r\n\r\n"),
    );
    expect(chunked.sent).toMatch(
      /\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n$/,
    );
    const none = await through("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    expect(none.sent).toMatch(/\r\ncontent-length: 0\r\n\r\n$/);
  });

  it("100 Continue comes from the gateway, once it has a connection", async () => {
    const upstream = await rawUpstream((text, socket) => {
      if (text.endsWith("hi")) socket.write(OK);
    });
    const { client } = await guard(upstream.url);
    const peer = client().send(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    );
    await peer.until("HTTP/1.1 100 Continue\r\n\r\n");
    await peer.send("hi").until("ok");
    expect(upstream.all).not.toContain("expect");
  });
});

describe("gateway: methods that are not forwarded", () => {
  it("CONNECT is refused, and what follows it is not read", async () => {
    const { text, sent, gateway } = await through(
      "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    expect(text).toMatch(
      /^HTTP\/1\.1 501 .*\r\nconnection: close\r\n.*gateway\.method\.connect\n$/s,
    );
    expect(sent).toBe("");
    expect([...gateway.counters.refusals]).toEqual([["gateway.method.connect", 1]]);
  });

  it("TRACE is refused, since it would show what was added", async () => {
    const { status, sent } = await through("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect([status, sent]).toEqual([501, ""]);
  });

  it("Max-Forwards ends an OPTIONS request here, counts down, and means nothing elsewhere", async () => {
    const here = await through("OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");
    expect([here.status, here.sent]).toEqual([200, ""]);
    const down = await through("OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 2\r\n\r\n");
    expect(down.sent).toContain("\r\nmax-forwards: 1\r\n");
    const other = await through("GET / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");
    expect(other.sent).toContain("\r\nmax-forwards: 0\r\n");
    for (const bad of ["x", "-1", "1, 2", "0x1", "12345678901", "1\r\nMax-Forwards: 1"])
      expect(
        (await through(`OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: ${bad}\r\n\r\n`)).status,
      ).toBe(400);
  });
});

describe("gateway: responses are written anew", () => {
  it("fields of the connection stay behind, the rest and the reason come through", async () => {
    const { text } = await answered(
      "HTTP/1.1 200 Very Fine\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nTrailer: x\r\nUpgrade: h2c\r\nProxy-Authenticate: x\r\nContent-Length: 2\r\n\r\nok",
    );
    expect(text).toBe(
      "HTTP/1.1 200 Very Fine\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\ncontent-length: 2\r\n\r\nok",
    );
  });

  it("426 names the protocol that it needs", async () => {
    const { text } = await answered(
      "HTTP/1.1 426 Upgrade Required\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n",
    );
    expect(text).toMatch(/\r\nupgrade: websocket\r\n/);
  });

  it("chunked stays chunked, with its trailers; a content that only the close ends becomes chunked", async () => {
    const chunked = await answered(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
      "x-sum: 1\r\n\r\n",
    );
    expect(chunked.text).toMatch(
      /transfer-encoding: chunked\r\n.*\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n$/s,
    );
    const upstream = await rawUpstream((_, socket) => {
      socket.end("HTTP/1.1 200 OK\r\n\r\nall of it");
    });
    const { client } = await guard(upstream.url);
    const peer = client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await peer.until("\r\n0\r\n\r\n")).toMatch(/\r\n\r\n9\r\nall of it\r\n0\r\n\r\n$/);
  });

  it("to HTTP/1.0 chunked content goes until the close, without trailers", async () => {
    const { text } = await answered(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
      undefined,
      "GET / HTTP/1.0\r\n\r\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\nconnection: close\r\n.*\r\n\r\nok$/s);
    expect(text).not.toMatch(/chunked|x-sum/);
  });

  const bare: [string, string, string, RegExp][] = [
    ["HEAD with a length", "HEAD", "200 OK\r\nContent-Length: 9", /content-length: 9\r\n/],
    [
      "HEAD with chunked",
      "HEAD",
      "200 OK\r\nTransfer-Encoding: chunked",
      /transfer-encoding: chunked\r\n/,
    ],
    ["HEAD without either", "HEAD", "200 OK", /^(?!.*content-length)/s],
    ["204", "GET", "204 No Content", /^(?!.*content-length)/s],
    [
      "304 with a length",
      "GET",
      '304 Not Modified\r\nContent-Length: 9\r\nETag: "a"',
      /content-length: 9\r\n/,
    ],
    ["304 without", "GET", '304 Not Modified\r\nETag: "a"', /^(?!.*content-length)/s],
  ];
  for (const [name, method, head, expected] of bare)
    it(`${name}: no content, and the connection goes on`, async () => {
      const upstream = await rawUpstream(inOrder(`HTTP/1.1 ${head}\r\n\r\n`, OK));
      const { client, gateway } = await guard(upstream.url);
      const peer = client().send(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
      const text = await peer.until("\r\n\r\n");
      await later(5);
      expect(peer.text).toBe(text);
      expect(text).toMatch(expected);
      peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await peer.until(/\r\n\r\nok$/);
      expect(upstream.sockets).toHaveLength(1);
      expect(gateway.counters.liveRequests).toBe(0);
    });

  it("1xx go on, but neither 100 nor any to HTTP/1.0", async () => {
    const response =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: x\r\nX: 1\r\n\r\n" +
      OK;
    const { text } = await answered(response, "ok");
    expect(text).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    const old = await answered(response, "ok", "GET / HTTP/1.0\r\n\r\n");
    expect(old.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it("pipelined requests are answered in order", async () => {
    const upstream = await rawUpstream((text, socket) => {
      const target = /^GET (\/\d+) [^]*\r\n\r\n$/.exec(
        text
          .split("GET ")
          .slice(-1)
          .map((t) => `GET ${t}`)[0] ?? "",
      )?.[1];
      if (target !== undefined)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
    });
    const { client } = await guard(upstream.url);
    const peer = client();
    for (let number = 0; number < 20; number++)
      peer.send(`GET /${number} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const text = await peer.until("/19");
    expect([...text.matchAll(/\r\n\r\n(\/\d+)/g)].map(([, target]) => target)).toEqual(
      Array.from({ length: 20 }, (_, number) => `/${number}`),
    );
    expect(upstream.sockets).toHaveLength(1);
  });
});

const OURS = ["via", "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"];

async function through(
  request: string,
  complete: (text: string) => boolean = (text) => text.includes("\r\n\r\n"),
): Promise<{
  sent: string;
  text: string;
  status: number;
  port: number;
  upstream: number;
  gateway: Awaited<ReturnType<typeof guard>>["gateway"];
}> {
  let answeredOnce = false;
  const upstream = await rawUpstream((text, socket) => {
    if (complete(text) && !answeredOnce) {
      answeredOnce = true;
      setTimeout(() => socket.write(OK), 5);
    }
  });
  const { client, gateway, port } = await guard(upstream.url);
  const peer = client().send(request);
  await peer.until(/\r\n\r\n/);
  await later(5);
  return {
    sent: upstream.all,
    text: peer.text,
    status: peer.status,
    port,
    upstream: upstream.port,
    gateway,
  };
}

async function answered(
  response: string,
  end: string | undefined = "\r\n\r\n",
  request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
): Promise<{ text: string }> {
  const upstream = await rawUpstream(inOrder(response));
  const { client } = await guard(upstream.url);
  const peer = client().send(request);
  if (end === undefined) await peer.ended();
  else await peer.until(end);
  await later(10);
  return { text: peer.text };
}

function namesOf(request: string): string[] {
  return request
    .split("\r\n")
    .slice(1, -2)
    .map((line) => line.slice(0, line.indexOf(":")));
}

import { describe, expect, it } from "vitest";
import { guard, rawUpstream } from "./fixture.js";
import { inOrder, later, OK } from "../../client/test/raw-upstream.js";

const EVIL = "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n";

/** Name, request, status, code. */
const REFUSED: [string, string, number, string][] = [
  [
    "length and coding",
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.framing.conflict",
  ],
  [
    "coding and length",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.framing.conflict",
  ],
  [
    "two lengths",
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 30\r\n\r\n${EVIL}`,
    400,
    "http1.framing.length",
  ],
  [
    "a list of lengths",
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 0\r\n\r\n${EVIL}`,
    400,
    "http1.framing.length",
  ],
  [
    "a signed length",
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde${EVIL}`,
    400,
    "http1.framing.length",
  ],
  [
    "xchunked",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.framing.coding",
  ],
  [
    "gzip, chunked",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${EVIL}`,
    501,
    "http1.framing.coding",
  ],
  [
    "chunked, identity",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.framing.coding",
  ],
  [
    "two codings on two lines",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.framing.coding",
  ],
  [
    "a folded coding",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.field.fold",
  ],
  [
    "a space before the colon",
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.field.name",
  ],
  ["a bare line feed", `GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n${EVIL}`, 400, "http1.line.ending"],
  [
    "a bare carriage return",
    `GET / HTTP/1.1\r\nHost: a\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n${EVIL}`,
    400,
    "http1.line.ending",
  ],
  [
    "a coding in HTTP/1.0",
    `POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${EVIL}`,
    400,
    "http1.framing.version",
  ],
  ["two hosts", `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`, 400, "http1.host.duplicate"],
  ["no host", `GET / HTTP/1.1\r\n\r\n`, 400, "http1.host.missing"],
  ["a bad host", `GET / HTTP/1.1\r\nHost: a b/c?d\r\n\r\n`, 400, "http1.host.syntax"],
  [
    "another host in the target",
    `GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n`,
    400,
    "http1.host.conflict",
  ],
  ["a target with a space", `GET /a b HTTP/1.1\r\nHost: a\r\n\r\n`, 400, "http1.target.form"],
  ["NUL in a value", `GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n`, 400, "http1.field.value"],
  [
    "an unknown expectation",
    `POST / HTTP/1.1\r\nHost: a\r\nExpect: y 100-continue\r\nContent-Length: 2\r\n\r\nhi`,
    417,
    "http1.expect.unknown",
  ],
  [
    "what only begins as HTTP/2",
    "PRI * HTTP/2.0\r\nHost: a\r\n\r\n",
    505,
    "http1.version.unsupported",
  ],
];

/** Content that turns out wrong after its head was passed on. */
const REFUSED_LATER: [string, string, number, string][] = [
  ["a chunk size with 17 digits", "00000000000000001\r\na\r\n0\r\n\r\n", 400, "http1.chunk.size"],
  ["a chunk size with a sign", "+1\r\na\r\n0\r\n\r\n", 400, "http1.chunk.size"],
  ["a bare line feed in an extension", "1;a\nb\r\na\r\n0\r\n\r\n", 400, "http1.chunk.extension"],
  ["no end of chunk data", "1\r\nab\r\n0\r\n\r\n", 400, "http1.chunk.ending"],
  ["a length in the trailers", "0\r\nContent-Length: 5\r\n\r\n", 400, "http1.trailer.forbidden"],
  ["a host in the trailers", "0\r\nHost: b\r\n\r\n", 400, "http1.trailer.forbidden"],
];

describe("gateway: what could be read two ways never reaches the upstream (row: C1)", () => {
  for (const [name, request, status, code] of REFUSED)
    for (const cut of [false, true])
      it(`${name}${cut ? ", byte by byte" : ""}: ${status}, ${code}`, async () => {
        const upstream = await rawUpstream(inOrder(OK));
        const { gateway, client } = await guard(upstream.url);
        const peer = client();
        if (!cut) peer.send(request);
        else
          for (const byte of Buffer.from(request, "latin1")) {
            peer.send(Uint8Array.of(byte));
            if (peer.over !== undefined) break;
            await new Promise((resolve) => setImmediate(resolve));
          }
        const text = await peer.ended();
        expect(peer.status).toBe(status);
        expect(text).toMatch(/\r\nconnection: close\r\n/i);
        expect(text).not.toMatch(/evil|chunked, identity|HTTP\/2/);
        expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
        await later(5);
        expect(upstream.all).toBe("");
        expect([...gateway.counters.refusals]).toEqual([[code, 1]]);
        expect(gateway.counters.requests).toBe(0);
      });

  for (const [name, content, status, code] of REFUSED_LATER)
    it(`${name}: ${code}, and the request is never completed`, async () => {
      const upstream = await rawUpstream(() => {});
      const { gateway, client } = await guard(upstream.url);
      const peer = client().send(
        `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${content}${EVIL}`,
      );
      await peer.ended();
      expect(peer.status).toBe(status);
      await later(10);
      expect(upstream.all).not.toMatch(/evil|\r\n0\r\n\r\n|content-length|host: b/);
      expect([...gateway.counters.refusals]).toEqual([[code, 1]]);
      for (const socket of upstream.sockets)
        expect(socket.readableEnded || socket.destroyed).toBe(true);
      expect(gateway.counters.liveRequests).toBe(0);
    });

  it("a request after a refused one is not read, one before it is answered", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { gateway, client } = await guard(upstream.url);
    const peer = client().send(
      `GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${EVIL}`,
    );
    const text = await peer.ended();
    expect(text.match(/HTTP\/1\.1 (\d{3})/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
    expect(upstream.all).toContain("GET /first ");
    expect(upstream.all).not.toContain("evil");
    expect([...gateway.counters.refusals]).toEqual([["http1.host.duplicate", 1]]);
  });

  it("content that looks like a request stays content", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { client } = await guard(upstream.url);
    const peer = client().send(
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${EVIL.length.toString(16)}\r\n${EVIL}\r\n0\r\n\r\n`,
    );
    await peer.until("ok");
    expect(upstream.received).toHaveLength(1);
    expect(upstream.all.split("\r\n\r\n")[1]).toMatch(/^1f\r\nGET \/evil/);
  });

  it("what two fields would make ambiguous for the upstream is refused as well", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { gateway, client } = await guard(upstream.url);
    const peer = client().send(
      "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic a\r\nAuthorization: Basic b\r\n\r\n",
    );
    await peer.until("gateway.request");
    expect(peer.status).toBe(400);
    expect(upstream.all).toBe("");
    expect(gateway.counters.refusals.get("gateway.request")).toBe(1);
  });
});

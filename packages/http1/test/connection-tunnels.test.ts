// Where the server's side of a connection ends in another protocol (RFC 9110 §7.8, §9.3.6).

import { ServerConnection, type OutgoingResponse } from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { Ledger } from "@wirewall/limits";
import { describe, expect, it } from "vitest";
import { listen, taken, tell, types } from "./converse.ts";
import { bytes } from "./drive.ts";

const HOST = "Host: a\r\n";
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;
const OK: OutgoingResponse = { status: 200, content: "none" };

describe("row: C1 tunnels (RFC 9110 §7.8, §9.3.6)", () => {
  const UPGRADE = `GET / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: websocket, h2c/1\r\n\r\n`;
  const CONNECT = "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n";
  const switching = (protocol: string): OutgoingResponse => ({
    status: 101,
    fields: new Fields([["upgrade", protocol]]),
    content: "none",
  });

  it("switches to a protocol that was offered, and to no other", () => {
    const server = new ServerConnection();
    tell(server, UPGRADE);
    expect(server.request?.upgrade).toEqual(["websocket", "h2c/1"]);
    for (const protocol of ["h2", "websocke", "websocket, h2c/1"])
      expect(() => server.sendHead(switching(protocol))).toThrow(TypeError);
    expect(() => server.sendHead({ ...OK, status: 101 })).toThrow(TypeError);
    expect(() => server.sendHead({ ...switching("websocket"), content: 5 })).toThrow(TypeError);
    expect(() =>
      server.sendHead({
        status: 101,
        content: "none",
        fields: new Fields([
          ["upgrade", "websocket"],
          ["connection", "close"],
        ]),
      }),
    ).toThrow(TypeError);
    expect(server.state).toBe("open");
    server.sendHead(switching("WebSocket"));
    expect(server.state).toBe("tunnel");
    expect(taken(server)).toBe(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nconnection: upgrade\r\n\r\n",
    );
  });

  it.each([
    ["an upgrade", UPGRADE, switching("websocket")],
    ["CONNECT", CONNECT, OK],
  ])("hands over what came after %s, and is over", (_, request, response) => {
    const ledger = new Ledger({ maxRetainedBytes: 1_000_000 });
    const server = new ServerConnection({ ledger, now: 0 });
    tell(server, `${request}raw1`, 0);
    server.sendHead(response);
    server.receive(bytes("raw2"), 1);
    expect(listen(server)).toEqual([{ type: "tunnel", text: "raw1raw2" }]);
    taken(server);
    expect(tell(server, GET)).toEqual([]);
    server.end();
    server.expire(1e9);
    server.shutdown();
    expect(listen(server)).toEqual([]);
    expect(server.state).toBe("tunnel");
    expect(server.wantsInput).toBe(false);
    expect(server.deadline).toBeUndefined();
    expect(() => server.sendHead(OK)).toThrow(/no request/);
    expect(() => server.sendContent(bytes("x"))).toThrow(/no message/);
    expect(server.retained).toBe(0);
    expect(ledger.retained).toBe(0);
  });

  it("answers CONNECT with another status like any request", () => {
    const server = new ServerConnection();
    tell(server, CONNECT + GET);
    server.sendResponse({ status: 403, content: "none" }, "no");
    expect(server.state).toBe("open");
    expect(types(listen(server))).toMatch(/^request-head/);
    expect(() => server.sendHead({ status: 101, content: "none" })).toThrow(TypeError);
  });

  it("sends no content and no framing with a 2xx to CONNECT", () => {
    const server = new ServerConnection();
    tell(server, CONNECT);
    expect(() => server.sendHead({ status: 200, content: 5 })).toThrow(TypeError);
    expect(() => server.sendHead({ status: 200, content: "stream" })).toThrow(TypeError);
    server.sendHead(OK);
    expect(taken(server)).toBe("HTTP/1.1 200 OK\r\n\r\n");
  });

  it("does not offer an upgrade together with content, or to a 1.0 peer", () => {
    const lines = "Connection: upgrade\r\nUpgrade: websocket\r\n";
    for (const [request, offered] of [
      [`POST / HTTP/1.1\r\n${HOST}${lines}Content-Length: 1\r\n\r\nx`, []],
      [`POST / HTTP/1.1\r\n${HOST}${lines}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, []],
      [`POST / HTTP/1.1\r\n${HOST}${lines}Content-Length: 0\r\n\r\n`, ["websocket"]],
      [`GET / HTTP/1.0\r\n${HOST}${lines}\r\n`, []],
      [`GET / HTTP/1.1\r\n${HOST}Upgrade: websocket\r\n\r\n`, []],
    ] as const) {
      const server = new ServerConnection();
      tell(server, request);
      expect(server.request?.upgrade, request).toEqual(offered);
      if (offered.length === 0)
        expect(() => server.sendHead(switching("websocket"))).toThrow(TypeError);
    }
  });
});

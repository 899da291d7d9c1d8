// Rows H1-17 and H1-20 of the regression catalogue: answers that nobody asked for, and tunnels.

import { ClientConnection, ServerConnection, type OutgoingRequest } from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { UsageError } from "@wirewall/limits";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listen, taken, tell, types } from "./converse.ts";
import { bytes } from "./drive.ts";

const HOST = "Host: a\r\n";
const GET: OutgoingRequest = {
  method: "GET",
  target: "/",
  fields: new Fields([["host", "a"]]),
  content: "none",
};
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe("threat: H1-17 a response that nobody asked for", () => {
  it("before the first request", () => {
    const client = new ClientConnection();
    expect(tell(client, OK)).toMatchObject([{ code: "http1.response.unsolicited", offset: 0 }]);
    expect(client.state).toBe("closed");
    expect(client.retained).toBe(0);
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
  });

  it.each([0, 1, OK.length])(
    "read or not, it does not answer the request after it (%i bytes pulled)",
    (part) => {
      const client = new ClientConnection();
      client.sendRequest(GET);
      taken(client);
      expect(types(tell(client, OK))).toBe("response-head content end");
      client.receive(bytes(OK.slice(0, part === 0 ? OK.length : part)));
      expect(client.reusable).toBe(false);
      if (part === OK.length) listen(client);
      if (client.state === "open") {
        client.sendRequest(GET);
        taken(client);
      }
      const said = tell(client, OK);
      expect(said.filter((event) => event.type === "response-head")).toEqual([]);
      expect(client.state).toBe("closed");
      if (part !== OK.length) expect(types(said)).toBe("http1.response.unsolicited");
      expect(client.retained).toBe(0);
    },
  );

  it("one before and one right after a request that is pipelined", () => {
    const client = new ClientConnection();
    client.sendRequest(GET);
    taken(client);
    client.receive(bytes(OK + OK));
    client.sendRequest(GET);
    taken(client);
    client.receive(bytes(OK));
    const said = listen(client);
    expect(types(said)).toBe("response-head content end http1.response.unsolicited");
    expect(said.at(-1)).toMatchObject({ offset: OK.length, reply: { action: "close" } });
  });

  it("neighbour: the answer that came after the question", () => {
    const client = new ClientConnection();
    for (let count = 0; count < 3; count++) {
      client.sendRequest(GET);
      taken(client);
      expect(types(tell(client, OK))).toBe("response-head content end");
      expect(client.reusable).toBe(true);
    }
    client.sendRequest(GET);
    client.sendRequest(GET);
    taken(client);
    expect(types(tell(client, OK + OK))).toBe(
      "response-head content end response-head content end",
    );
  });
});

describe("threat: H1-20 no way leads from a tunnel back to a pool", () => {
  const asks: readonly OutgoingRequest[] = [
    { method: "CONNECT", target: "a:80", fields: new Fields([["host", "a:80"]]), content: "none" },
    {
      ...GET,
      fields: new Fields([
        ["host", "a"],
        ["connection", "upgrade"],
        ["upgrade", "b"],
      ]),
    },
    {
      ...GET,
      method: "POST",
      fields: new Fields([
        ["host", "a"],
        ["connection", "upgrade"],
        ["upgrade", "b"],
      ]),
      content: 3,
    },
  ];
  const answers = [
    "HTTP/1.1 101 x\r\nUpgrade: b\r\nConnection: upgrade\r\n\r\n",
    "HTTP/1.1 101 x\r\nUpgrade: b\r\nContent-Length: 3\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 403 No\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
  ];
  type Step = "content" | "answer" | "raw" | "end" | "request" | "expire";
  const steps = fc.array(
    fc.constantFrom<Step>("content", "answer", "raw", "end", "request", "expire"),
    { maxLength: 10 },
  );

  it("client: in every order of content, answer, more bytes, close", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...asks),
        fc.constantFrom(...answers),
        steps,
        (ask, answer, order) => {
          const client = new ClientConnection({ now: 0 });
          client.sendRequest(ask);
          let tunnelled = false;
          for (const step of order) {
            try {
              if (step === "content") {
                client.sendContent(bytes("abc"));
                client.sendEnd();
              } else if (step === "answer") client.receive(bytes(answer), 1);
              else if (step === "raw") client.receive(bytes(OK), 1);
              else if (step === "end") client.end(2);
              else if (step === "expire") client.expire(1_000_000);
              else client.sendRequest(GET);
            } catch (error) {
              if (!(
                error instanceof UsageError ||
                error instanceof RangeError ||
                error instanceof TypeError
              ))
                throw error;
            }
            for (const event of listen(client)) {
              expect(tunnelled, "nothing is said after a tunnel").toBe(false);
              if (event.type === "tunnel") {
                tunnelled = true;
                // Only a message without content may ask for a switch.
                expect(ask.content).toBe("none");
              }
            }
            taken(client, 1);
            if (tunnelled) {
              expect(client.state).toBe("tunnel");
              expect(client.reusable).toBe(false);
              expect(client.deadline).toBeUndefined();
              expect(client.retained).toBe(0);
              expect(() => client.sendRequest(GET)).toThrow(UsageError);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("server: in every order of content, response, more bytes, close", () => {
    const requests = [
      `GET / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: b\r\n\r\n`,
      `GET / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: b\r\nContent-Length: 3\r\n\r\n`,
      `GET / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: b\r\nTransfer-Encoding: chunked\r\n\r\n`,
      "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
      "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 3\r\n\r\n",
    ];
    const upgrade = {
      status: 101,
      content: "none" as const,
      fields: new Fields([["upgrade", "b"]]),
    };
    const parts = fc.array(fc.constantFrom("content", "101", "200", "raw", "end", "shutdown"), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(fc.constantFrom(...requests), parts, (request, order) => {
        const server = new ServerConnection({ now: 0 });
        tell(server, request, 0);
        let tunnelled = false;
        for (const step of order) {
          try {
            if (step === "content") server.receive(bytes("abc"), 1);
            else if (step === "raw") server.receive(bytes(`GET /raw HTTP/1.1\r\n${HOST}\r\n`), 1);
            else if (step === "end") server.end(2);
            else if (step === "shutdown") server.shutdown(2);
            else server.sendHead(step === "101" ? upgrade : { status: 200, content: "none" });
          } catch (error) {
            if (!(error instanceof UsageError || error instanceof TypeError)) throw error;
          }
          if (server.state === "tunnel")
            expect(request).toMatch(/^GET [^]*Upgrade: b\r\n\r\n$|^CONNECT [^]*:80\r\n\r\n$/);
          for (const event of listen(server)) {
            expect(tunnelled, "nothing is said after a tunnel").toBe(false);
            if (event.type === "tunnel") tunnelled = true;
          }
          if (tunnelled) {
            expect(server.state).toBe("tunnel");
            expect(server.deadline).toBeUndefined();
            expect(() => server.sendHead({ status: 200, content: "none" })).toThrow(UsageError);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

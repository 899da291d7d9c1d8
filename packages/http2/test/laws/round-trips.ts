// Messages as connections write them, for reading them again.

import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import {
  ClientConnection,
  ServerConnection,
  type ClientEvent,
  type OutgoingContent,
  type ServerEvent,
} from "@wirewall/http2";
import * as fc from "fast-check";
import type { RoundTrip } from "#laws";
import * as f from "./bytes.js";

interface Sent {
  readonly fields: f.Lines;
  readonly content: OutgoingContent;
  readonly pieces: readonly Uint8Array[];
  readonly trailers: f.Lines;
}

interface SentRequest extends Sent {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

interface SentResponse extends Sent {
  readonly status: number;
}

interface Read {
  start: string;
  fields: f.Lines;
  content: string;
  trailers: f.Lines;
}

const name = fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{1,12}$/);
const value = fc
  .stringMatching(/^[\t -~\u0080-\u00ff]{0,20}$/)
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ""));
const lines = fc.array(fc.tuple(name, value), { maxLength: 5 });
const pieces = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 4 });

/** Content that is as long as it says, and trailers only where they can be. */
const body = fc.oneof(
  fc.constant({ content: "none" as OutgoingContent, pieces: [], trailers: [] }),
  pieces.map((all) => ({ content: sum(all) as OutgoingContent, pieces: all, trailers: [] })),
  fc
    .tuple(pieces, lines)
    .map(([all, trailers]) => ({ content: "stream" as OutgoingContent, pieces: all, trailers })),
);

const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("a\r\nb: c", "\u010d\u010a", "\0", "é", " x", "x ", "", "__proto__", ":path"),
  fc.constantFrom("content-length", "host", "connection", "te", "cookie", "Upper"),
);
const hostileLines = fc.array(fc.tuple(fc.oneof(name, hostileText), fc.oneof(value, hostileText)), {
  maxLength: 3,
});
const anyBody = fc.record({
  content: fc.oneof(
    fc.constantFrom<OutgoingContent>("none", "stream", 0, 5, -1, Number.NaN),
    fc.nat(40),
  ),
  pieces,
  trailers: hostileLines,
});

export const requestRoundTrip: RoundTrip = {
  valid: fc
    .tuple(
      fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"),
      fc.constantFrom("http", "https"),
      fc.constantFrom("a.test", "a.test:8443", "[::1]:80"),
      fc.stringMatching(/^\/[!$-;=?-Z_a-z~]{0,20}$/),
      lines,
      body,
    )
    .map(([method, scheme, authority, path, fields, sent]) => ({
      method,
      scheme,
      authority,
      path,
      fields,
      ...sent,
    })),
  hostile: fc
    .tuple(
      fc.oneof(fc.constantFrom("GET", "CONNECT"), hostileText),
      fc.oneof(fc.constantFrom("http", "https"), hostileText),
      fc.oneof(fc.constant("a.test:1"), hostileText),
      fc.oneof(fc.constantFrom("/", "*"), hostileText),
      hostileLines,
      anyBody,
    )
    .map(([method, scheme, authority, path, fields, sent]) => ({
      method,
      scheme,
      authority,
      path,
      fields,
      ...sent,
    })),
  encode: (item) => encodeRequest(item as SentRequest),
  expected: (item) => {
    const { method, scheme, authority, path, ...sent } = item as SentRequest;
    return expected(`${method} ${scheme} ${authority} ${path}`, sent);
  },
  decoded,
};

export const responseRoundTrip: RoundTrip = {
  valid: fc
    .tuple(fc.constantFrom(200, 201, 404, 500, 599), lines, body)
    .map(([status, fields, sent]) => ({ status, fields, ...sent })),
  hostile: fc
    .tuple(
      fc.oneof(fc.constantFrom(99, 101, 204, 304, 600, Number.NaN), fc.nat(999)),
      hostileLines,
      anyBody,
    )
    .map(([status, fields, sent]) => ({ status, fields, ...sent })),
  encode: (item) => encodeResponse(item as SentResponse),
  expected: (item) => {
    const { status, ...sent } = item as SentResponse;
    // What is sent after END_STREAM goes nowhere.
    const isOver =
      status === 304 || status === 204 || sent.content === "none" || sent.content === 0;
    return expected(String(status), isOver ? { ...sent, pieces: [], trailers: [] } : sent);
  },
  decoded,
};

function encodeRequest(request: SentRequest): Uint8Array {
  const { method, scheme, authority, path, fields, content } = request;
  const client = new ClientConnection();
  const stream = client.sendRequest({
    method,
    scheme: scheme as "http",
    authority,
    path,
    fields: fieldsOf(fields),
    content,
  });
  send(client, stream, request);
  return f.bytes(taken(client), f.frame(f.SETTINGS, f.ACK, 0));
}

/** What answers the first of the requests that the client has open. */
function encodeResponse(response: SentResponse): Uint8Array {
  const { status, fields, content } = response;
  const server = new ServerConnection();
  server.receive(f.bytes(f.CLIENT_HELLO, f.headers(1, f.GET)));
  while (server.next() !== undefined);
  server.sendHead(1, { status, fields: fieldsOf(fields), content });
  send(server, 1, response);
  return taken(server);
}

function send(connection: ClientConnection | ServerConnection, stream: number, sent: Sent): void {
  for (const piece of sent.pieces) connection.sendContent(stream, piece);
  connection.sendEnd(stream, sent.trailers.length > 0 ? fieldsOf(sent.trailers) : undefined);
}

function taken(connection: ClientConnection | ServerConnection): Uint8Array {
  const all: Uint8Array[] = [];
  for (let out = connection.takeOutput(); out !== undefined; out = connection.takeOutput())
    all.push(out.slice());
  return f.bytes(...all);
}

/** As they are: the connection has to judge them by itself. */
function fieldsOf(list: f.Lines): Fields {
  return Fields.adopt(list.flat() as (FieldName | FieldValue)[]);
}

function expected(start: string, { fields, pieces: all, trailers }: Sent): unknown {
  return [{ start, fields, content: textOf(f.bytes(...all)), trailers }];
}

/** The messages that were read; the length, which the machine writes by itself, is left out. */
function decoded(events: readonly object[]): unknown {
  const messages = new Map<number, Read>();
  for (const event of events as readonly (ServerEvent | ClientEvent)[]) {
    if (event.type === "request-head") {
      const { method, scheme, authority, path } = event;
      messages.set(event.stream, read(`${method} ${scheme} ${authority} ${path}`, event.fields));
    } else if (event.type === "response-head")
      messages.set(event.stream, read(String(event.status), event.fields));
    else if (event.type === "content" || event.type === "trailers") {
      const message = messages.get(event.stream);
      if (message === undefined) continue;
      if (event.type === "content") message.content += textOf(event.bytes);
      else message.trailers = [...event.fields];
    }
  }
  return [...messages.values()];
}

function read(start: string, fields: Fields): Read {
  const kept = [...fields].filter(([line]) => line !== "content-length");
  return { start, fields: kept, content: "", trailers: [] };
}

function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function sum(all: readonly Uint8Array[]): number {
  return all.reduce((total, piece) => total + piece.length, 0);
}

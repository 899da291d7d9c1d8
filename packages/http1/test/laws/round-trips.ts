// Messages as the connections write them, for decoding them again.

import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import { ClientConnection, ServerConnection, type OutgoingContent } from "@wirewall/http1";
import * as fc from "fast-check";
import type { RoundTrip } from "#laws";
import type { Message } from "./llhttp.js";
import { reading } from "./reading.js";
import { ascii } from "./shapes.js";

interface Sent {
  readonly fields: readonly (readonly [string, string])[];
  readonly content: OutgoingContent;
  readonly pieces: readonly Uint8Array[];
  readonly trailers: readonly (readonly [string, string])[];
}

interface SentRequest extends Sent {
  readonly method: string;
  readonly target: string;
}

interface SentResponse extends Sent {
  readonly status: number;
  readonly reason: string;
}

/** What the machine writes by itself. */
const ADDED = new Set(["content-length", "transfer-encoding", "connection", "date"]);

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
  fc.constantFrom(
    "a\r\nb: c",
    "\u010d\u010a",
    "\0",
    "é",
    " x",
    "x ",
    "",
    "__proto__",
    "content-length",
    "host",
  ),
  fc.stringMatching(/^[!-~]{0,12}$/),
);
const hostileLines = fc.array(fc.tuple(fc.oneof(name, hostileText), fc.oneof(value, hostileText)), {
  maxLength: 4,
});
const hostileBody = fc.record({
  content: fc.oneof(
    fc.constantFrom<OutgoingContent>("none", "stream", 0, 3, -1, 1.5, NaN),
    fc.nat(20),
  ),
  pieces,
  trailers: hostileLines,
});

export const requestRoundTrip: RoundTrip = {
  valid: fc
    .tuple(
      fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "x-y"),
      fc.stringMatching(/^\/[!-"$-~]{0,20}$/),
      lines,
      body,
    )
    .map(([method, target, fields, sent]): SentRequest => ({
      method,
      target,
      fields: [["host", "a.test"], ...fields],
      ...sent,
    })),
  hostile: fc
    .tuple(
      fc.oneof(fc.constantFrom("GET", "POST", "CONNECT", "OPTIONS", "HEAD", "PRI"), hostileText),
      fc.oneof(fc.constantFrom("/", "*", "a.test:1", "http://a.test/"), hostileText),
      fc.oneof(fc.constantFrom("a.test", "b.test", "a b", ""), hostileText),
      hostileLines,
      fc.oneof(body, hostileBody),
    )
    .map(([method, target, host, fields, sent]): SentRequest => ({
      method,
      target,
      fields: [["host", host], ...fields],
      ...sent,
    })),
  encode(item) {
    const { method, target, fields, content, pieces: all, trailers } = item as SentRequest;
    const client = new ClientConnection();
    client.sendRequest({ method, target, fields: adopted(fields), content });
    return sendRest(client, content, all, trailers);
  },
  expected(item) {
    const sent = item as SentRequest;
    return [messageOf(`${sent.method} ${sent.target} 1.1`, sent)];
  },
  decoded,
};

export const responseRoundTrip: RoundTrip = {
  valid: fc
    .tuple(fc.constantFrom(200, 201, 301, 404, 500, 599), value, lines, body)
    .map(([status, reason, fields, sent]): SentResponse => ({ status, reason, fields, ...sent })),
  hostile: fc
    .tuple(
      fc.oneof(fc.constantFrom(200, 204, 304, 100, 101, 99, 600, 200.5, NaN), fc.nat(1_000)),
      fc.oneof(value, hostileText),
      hostileLines,
      fc.oneof(body, hostileBody),
    )
    .map(([status, reason, fields, sent]): SentResponse => ({ status, reason, fields, ...sent })),
  encode(item) {
    const { status, reason, fields, content, pieces: all, trailers } = item as SentResponse;
    const server = new ServerConnection();
    server.receive(ascii("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
    server.next();
    server.sendHead({ status, reason, fields: adopted(fields), content });
    return sendRest(server, content, all, trailers);
  },
  expected(item) {
    const sent = item as SentResponse;
    return [messageOf(`1.1 ${sent.status} ${sent.reason}`, sent)];
  },
  decoded,
};

interface Sending {
  sendContent(bytes: Uint8Array): boolean;
  sendEnd(trailers?: Fields): void;
  takeOutput(): Uint8Array | undefined;
}

function sendRest(
  connection: Sending,
  content: OutgoingContent,
  all: readonly Uint8Array[],
  trailers: Sent["trailers"],
): Uint8Array {
  // A head that declares no content ends its message by itself.
  const bare = content === "none" || content === 0;
  for (const piece of all) if (!bare || piece.length > 0) connection.sendContent(piece);
  if (trailers.length > 0) connection.sendEnd(adopted(trailers));
  else connection.sendEnd();
  const output: number[] = [];
  for (let piece = connection.takeOutput(); piece !== undefined; piece = connection.takeOutput())
    output.push(...piece);
  return Uint8Array.from(output);
}

/** Unchecked, so that the encoder is what refuses. */
function adopted(pairs: readonly (readonly [string, string])[]): Fields {
  return Fields.adopt(pairs.flat() as (FieldName | FieldValue)[]);
}

function messageOf(start: string, sent: Sent): Message {
  return {
    start,
    fields: sent.fields.filter(([key]) => !ADDED.has(key)),
    content: sent.pieces.map((piece) => String.fromCharCode(...piece)).join(""),
    trailers: sent.trailers,
  };
}

function decoded(events: readonly object[]): Message[] {
  return reading(events).messages.map((message): Message => ({
    ...message,
    fields: message.fields.filter(([key]) => !ADDED.has(key)),
  }));
}

function sum(all: readonly Uint8Array[]): number {
  return all.reduce((total, piece) => total + piece.length, 0);
}

// Node's own HTTP/2 client, its sessions closed after each test whatever happened.

import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { afterEach } from "vitest";
import type { Server, ServeOptions } from "../src/index.js";

const sessions: ClientHttp2Session[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

/** A session that is destroyed after the test. */
export function sessionTo(server: Server, options: object = {}): ClientHttp2Session {
  const session = connect(server.url, { rejectUnauthorized: false, ...options });
  session.on("error", () => {});
  sessions.push(session);
  return session;
}

export interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders | undefined;
  readonly text: string;
  readonly code: number;
}

export function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve) => {
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | undefined;
    let text = "";
    stream.on("response", (given) => (headers = given));
    stream.on("trailers", (given) => (trailers = given));
    stream.setEncoding("utf8");
    stream.on("data", (piece: string) => (text += piece));
    stream.on("error", () => {});
    stream.on("close", () => resolve({ headers, trailers, text, code: stream.rstCode }));
  });
}

/** One exchange. */
export function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Uint8Array,
): Promise<Answer> {
  const stream = session.request(headers);
  const answer = answerOf(stream);
  stream.end(body);
  return answer;
}

/** Answers with what it was asked, and with how much content. */
export const echo: ServeOptions = {
  exchange: async (exchange) => {
    let size = 0;
    for await (const piece of exchange.content()) size += piece.length;
    exchange.respond({ status: 200 }, `${exchange.head.method} ${exchange.head.target} ${size}`);
  },
};

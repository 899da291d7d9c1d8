// node:http2 with the handlers that the floods are about: slow ones, large ones, and one that never
// reads. It says how many ran at once.

import { createServer } from "node:http2";
import { listening } from "./listening.mjs";

const PIECE_BYTES = 65_536;
const PIECES = 16;

export async function start() {
  let live = 0;
  let most = 0;
  const server = createServer();
  server.on("sessionError", () => {});
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    const path = headers[":path"];
    if (path === "/unread") return;
    most = Math.max(most, ++live);
    const answer = (content) => {
      live--;
      if (stream.destroyed) return;
      stream.respond({ ":status": 200 });
      stream.end(content);
    };
    if (path === "/slow") setTimeout(answer, 200, "late");
    else if (path === "/large") sendLarge(stream).finally(() => live--);
    else answer("Hello, world!");
  });
  return { ...(await listening(server)), report: () => ({ most, codes: [] }) };
}

/** A megabyte in pieces, as fast as they are taken. */
async function sendLarge(stream) {
  stream.respond({ ":status": 200 });
  for (let piece = 0; piece < PIECES && !stream.destroyed; piece++)
    if (!stream.write(Buffer.alloc(PIECE_BYTES, 0x61)))
      await new Promise((resolve) => {
        stream.once("drain", resolve);
        stream.once("close", resolve);
      });
  stream.end();
}

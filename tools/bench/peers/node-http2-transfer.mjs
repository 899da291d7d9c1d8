// node:http2 that sends and takes large contents with its streams, as its documentation writes it.

import { createServer } from "node:http2";
import { Readable } from "node:stream";
import { listening } from "./listening.mjs";

const PIECE = Buffer.alloc(65_536, 0x61);

export function start({ mebibytes }) {
  const server = createServer();
  server.on("sessionError", () => {});
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    if (headers[":path"] === "/download") {
      stream.respond({ ":status": 200 });
      Readable.from(pieces(mebibytes * 16)).pipe(stream);
      return;
    }
    stream.on("data", () => {});
    stream.on("end", () => {
      stream.respond({ ":status": 200 });
      stream.end("done");
    });
  });
  return listening(server);
}

function* pieces(count) {
  for (let piece = 0; piece < count; piece++) yield PIECE;
}

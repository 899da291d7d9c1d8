// A server of node:http2 with its stream API, as its documentation writes it.

import { createServer } from "node:http2";
import { listening } from "./listening.mjs";

export function start() {
  const server = createServer();
  server.on("stream", (stream) => {
    stream.respond({ ":status": 200, "content-type": "text/plain; charset=utf-8" });
    stream.end("Hello, world!");
  });
  return listening(server);
}

// A server of node:http as its documentation writes it.

import { createServer } from "node:http";
import { listening } from "./listening.mjs";

export function start() {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end("Hello, world!");
  });
  return listening(server);
}

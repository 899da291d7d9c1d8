// A Hono application on its own server for Node, as its documentation writes it.

import { serve } from "@hono/node-server";
import { app } from "./hono-app.mjs";

export function start() {
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => resolve({ port }));
  });
}

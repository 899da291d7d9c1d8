// serve() with a Hono application that has our Response in the platform's place, as the README says
// for frameworks; the peer puts one of its own there too. Default limits.

import { Response, serve } from "@wirewall/server";
import { app } from "../../../tools/bench/peers/hono-app.mjs";

export function start() {
  globalThis.Response = Response;
  return serve({ fetch: app.fetch });
}

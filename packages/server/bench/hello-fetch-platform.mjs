// serve() with a Hono application and nothing else: the platform's Response, default limits.

import { serve } from "@wirewall/server";
import { app } from "../../../tools/bench/peers/hono-app.mjs";

export function start() {
  return serve({ fetch: app.fetch });
}

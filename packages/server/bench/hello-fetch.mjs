// serve() with a Hono application, default limits.

import { serve } from "@wirewall/server";
import { app } from "../../../tools/bench/peers/hono-app.mjs";

export function start() {
  return serve({ fetch: app.fetch });
}

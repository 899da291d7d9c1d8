// serve() with an exchange handler, default limits.

import { Fields } from "@wirewall/fields";
import { serve } from "@wirewall/server";

const fields = new Fields([["content-type", "text/plain; charset=utf-8"]]);

export function start() {
  return serve({
    exchange: (exchange) => exchange.respond({ status: 200, fields }, "Hello, world!"),
  });
}

// serve() with the handlers that the floods are about, default limits.

import { serve } from "@wirewall/server";

const PIECE_BYTES = 65_536;
const PIECES = 16;

export async function start() {
  let live = 0;
  let most = 0;
  const server = await serve({
    exchange: async (exchange) => {
      const { target } = exchange.head;
      if (target === "/unread") {
        await new Promise((resolve) =>
          exchange.observe({ aborted: resolve, clientEnded: resolve }),
        );
        return;
      }
      most = Math.max(most, ++live);
      try {
        if (target === "/large") await sendLarge(exchange);
        else {
          if (target === "/slow") await new Promise((resolve) => setTimeout(resolve, 200));
          exchange.respond({ status: 200 }, "Hello, world!");
        }
      } finally {
        live--;
      }
    },
  });
  return {
    port: server.port,
    report: () => ({
      most,
      codes: [...server.counters.violations].map(([code, count]) => `${code} ${count}`),
    }),
  };
}

/** A megabyte in pieces, as fast as they are taken. */
async function sendLarge(exchange) {
  exchange.sendHead({ status: 200, content: "stream" });
  for (let piece = 0; piece < PIECES; piece++)
    await exchange.write(Buffer.alloc(PIECE_BYTES, 0x61));
  exchange.end();
}

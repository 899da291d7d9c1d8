// serve() that sends and takes large contents, default limits but for their length.

import { serve } from "@wirewall/server";

const PIECE = Buffer.alloc(65_536, 0x61);

export function start({ mebibytes }) {
  return serve({
    http2: { maxBodyBytes: Number.MAX_SAFE_INTEGER },
    exchange: async (exchange) => {
      if (exchange.head.target === "/download") {
        exchange.sendHead({ status: 200, content: "stream" });
        for (let piece = 0; piece < mebibytes * 16; piece++) {
          const wait = exchange.write(PIECE);
          if (wait !== undefined) await wait;
        }
        exchange.end();
        return;
      }
      let size = 0;
      for await (const piece of exchange.content()) size += piece.length;
      exchange.respond({ status: 200 }, String(size));
    },
  });
}

// The content of a request as Web handlers want it: collected, or as a stream. Nothing is read
// before one of them is asked for, and what is collected is charged to the whole server.

import type { Ledger } from "@wirewall/limits";
import { ServerFull } from "./errors.js";
import type { ServerExchange } from "./server-exchange.js";
import { ownMemory } from "./own-memory.js";

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/**
 * All of the content in one piece. Its size is bounded by maxBodyBytes; the buffer grows with what
 * arrives, at most doubling, so that neither a declared length nor a million pieces take more.
 *
 * @throws ServerFull if the server's ledger refuses; ExchangeAborted if the exchange is cut off.
 */
export async function collect(exchange: ServerExchange, ledger: Ledger): Promise<Uint8Array> {
  let bytes: Uint8Array = NOTHING;
  let length = 0;
  let charged = 0;
  try {
    for (;;) {
      const { value, done } = await exchange.read();
      if (done === true) break;
      if (length === 0 && value.length === exchange.head.contentLength) {
        bytes = value;
        length = value.length;
        continue;
      }
      if (length + value.length > bytes.length) {
        let size = Math.max(1_024, bytes.length * 2);
        while (size < length + value.length) size *= 2;
        if (ledger.charge(size - charged, 0) !== undefined) throw new ServerFull();
        charged = size;
        const larger = new Uint8Array(size);
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(value, length);
      length += value.length;
    }
  } finally {
    ledger.release(charged, 0);
  }
  return bytes.subarray(0, length);
}

/**
 * The content as a stream that pulls. Its pieces are memory of their own: a reader who transfers
 * one must not take away what the decoder has not read yet.
 */
export function contentStream(exchange: ServerExchange): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        const { value, done } = await exchange.read();
        if (done === true) controller.close();
        else controller.enqueue(ownMemory(value));
      },
    },
    { highWaterMark: 0 },
  );
}

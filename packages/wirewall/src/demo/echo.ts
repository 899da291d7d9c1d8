// `/echo`: reads the whole content, then answers with what came. The answer cannot begin earlier:
// a client that sends all before it reads would wait for us while we wait for it. So content is
// kept, up to a share per request and a total for all; what is longer is measured, not returned.

import { createHash } from "node:crypto";
import type { Exchange } from "@wirewall/server";
import { answerText } from "./text-answer.js";

const MAX_ECHO_BYTES = 16_777_216;
const MAX_STORE_BYTES = 50_331_648;

/** The content that all open echoes hold together. */
export class EchoStore {
  #held = 0;

  async answer(exchange: Exchange): Promise<void> {
    const kept: Uint8Array[] = [];
    const hash = createHash("sha256");
    let held = 0;
    let bytes = 0;
    let whole = true;
    try {
      for await (const piece of exchange.content()) {
        bytes += piece.length;
        hash.update(piece);
        if (whole && (bytes > MAX_ECHO_BYTES || this.#held + piece.length > MAX_STORE_BYTES)) {
          whole = false;
          kept.length = 0;
          this.#held -= held;
          held = 0;
        }
        if (!whole) continue;
        kept.push(piece.slice());
        held += piece.length;
        this.#held += piece.length;
      }
      if (exchange.aborted) return;
      const { method, target, version, fields } = exchange.head;
      const about = {
        method,
        target,
        version: `HTTP/${version}`,
        fields: [...fields],
        trailers: [...(exchange.trailers ?? [])],
        bytes,
        sha256: hash.digest("hex"),
        ...(whole ? contentOf(kept) : { encoding: "none", content: null }),
      };
      answerText(exchange, 200, `${JSON.stringify(about)}\n`, [
        ["content-type", "application/json"],
      ]);
    } finally {
      this.#held -= held;
    }
  }
}

/** The content as text where it is UTF-8, otherwise in base64. */
function contentOf(pieces: readonly Uint8Array[]): { encoding: string; content: string } {
  const bytes = Buffer.concat(pieces);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { encoding: "utf-8", content: text };
  } catch {
    return { encoding: "base64", content: bytes.toString("base64") };
  }
}

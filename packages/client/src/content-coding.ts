// Content codings are undone as a stream (RFC 9110 §8.4), under three bounds: how many codings, how
// many bytes come out, and how many of them for each byte that came in. A coding is read one way:
// what follows its end, raw deflate under the name of zlib, and a cut are refused.

import { parseTokenList } from "@wirewall/fields";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { ClientError } from "./errors.js";
import { limits as limitsTable, type ClientLimitName } from "./limits.js";

export type CodingLimits = {
  readonly [
    K in Extract<
      ClientLimitName,
      "maxCodingCount" | "maxDecodedBytes" | "maxInflateRatio" | "inflateFloorBytes"
    >
  ]: number;
};

/** What a stage hands out at most at once; two stages hold no more than 64 KiB beyond their engines. */
const PIECE_BYTES = 16_384;

/**
 * The content without the codings that the values of Content-Encoding list.
 *
 * The iterator rejects with a `ClientError` whose code starts with `client.coding.`; what it handed
 * out before stays within `maxDecodedBytes`. Ending it early ends the source.
 */
export async function* decodeContent(
  source: AsyncIterable<Uint8Array>,
  contentEncoding: readonly string[],
  limits: CodingLimits = limitsTable.resolve(),
): AsyncGenerator<Uint8Array, undefined> {
  let codings: Coding[];
  try {
    codings = readCodings(contentEncoding, limits.maxCodingCount);
  } catch (error) {
    await source[Symbol.asyncIterator]().return?.();
    throw error;
  }
  const wire = { bytes: 0 };
  let stage: AsyncIterable<Uint8Array> = counted(source, wire);
  // The last coding that was applied is the first one to undo.
  for (const coding of codings.toReversed()) stage = undo(stage, coding, wire, limits);
  yield* stage;
  return undefined;
}

type Coding = "gzip" | "deflate" | "br";

/** @throws ClientError for too many codings, before any is looked at, and for unknown ones. */
export function readCodings(values: readonly string[], maxCodingCount: number): Coding[] {
  const tokens = parseTokenList(values, maxCodingCount);
  if (!Array.isArray(tokens))
    throw new ClientError(
      tokens.code === "fields.list.count" ? "client.coding.count" : "client.coding.unsupported",
    );
  const codings: Coding[] = [];
  for (const token of tokens) {
    if (token === "identity") continue;
    const coding = token === "x-gzip" ? "gzip" : token;
    if (coding !== "gzip" && coding !== "deflate" && coding !== "br")
      throw new ClientError("client.coding.unsupported");
    codings.push(coding);
  }
  return codings;
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  wire: { bytes: number },
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of source) {
    wire.bytes += piece.length;
    if (piece.length > 0) yield piece;
  }
}

async function* undo(
  source: AsyncIterable<Uint8Array>,
  coding: Coding,
  wire: { readonly bytes: number },
  limits: CodingLimits,
): AsyncGenerator<Uint8Array, void> {
  const engine = new Engine(coding);
  let decoded = 0;
  const admit = (piece: Uint8Array): Uint8Array => {
    decoded += piece.length;
    if (decoded > limits.maxDecodedBytes) throw new ClientError("client.coding.too-large");
    if (decoded > limits.inflateFloorBytes && decoded > wire.bytes * limits.maxInflateRatio)
      throw new ClientError("client.coding.ratio");
    return piece;
  };
  try {
    let begun = false;
    for await (const input of source) {
      begun = true;
      engine.feed(input);
      for (;;) {
        const piece = await engine.take();
        if (piece === undefined) break;
        yield admit(piece);
      }
    }
    if (!begun) return;
    engine.finish();
    for (;;) {
      const piece = await engine.take();
      if (piece === undefined) break;
      yield admit(piece);
    }
  } finally {
    engine.close();
  }
}

/** Drives one zlib stream: one input at a time, whose output is pulled before the next. */
class Engine {
  readonly #stream: ReturnType<typeof createGunzip> | ReturnType<typeof createBrotliDecompress>;
  #fed = 0;
  /** The input was used up. */
  #idle = true;
  #finishing = false;
  #over = false;
  #failed = false;
  #wake: (() => void) | undefined;

  constructor(coding: Coding) {
    const options = { chunkSize: PIECE_BYTES };
    this.#stream =
      coding === "gzip"
        ? createGunzip(options)
        : coding === "deflate"
          ? createInflate(options)
          : createBrotliDecompress(options);
    this.#stream.on("readable", () => this.#woken());
    this.#stream.on("end", () => {
      this.#over = true;
      this.#woken();
    });
    this.#stream.on("error", () => {
      this.#failed = true;
      this.#woken();
    });
  }

  feed(input: Uint8Array): void {
    if (this.#over) throw malformed();
    this.#fed += input.length;
    this.#idle = false;
    this.#stream.write(input, () => {
      this.#idle = true;
      this.#woken();
    });
  }

  finish(): void {
    this.#finishing = true;
    if (!this.#over) this.#stream.end();
  }

  /** The next output; undefined if more input is needed, or if all is said. */
  async take(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#failed) throw malformed();
      const piece = this.#stream.read() as Uint8Array | null;
      if (piece !== null) return piece;
      if (this.#over) {
        // The engine stopped before the end of what it was given.
        if (this.#stream.bytesWritten !== this.#fed) throw malformed();
        return undefined;
      }
      if (this.#idle && !this.#finishing) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  #woken(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

function malformed(): ClientError {
  return new ClientError("client.coding.malformed");
}

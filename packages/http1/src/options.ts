// How decoders and connections are set up, and what follows from their limits.

import { Ledger, type Preset } from "@wirewall/limits";
import type { SectionBounds } from "./field-lines.js";
import type { Http1LimitName, Http1Limits } from "./limits.js";

export interface Http1Options {
  /** Replaces limits of the preset. */
  readonly limits?: { readonly [K in Http1LimitName]?: number };
  readonly preset?: Preset;
  /** A ledger that is charged as well, such as the one of a whole server. */
  readonly ledger?: Ledger;
  /** When the connection opened, on the caller's clock: from then on the first head is waited for. */
  readonly now?: number;
}

/** The bounds of the two sections of field lines. */
export interface Bounds {
  readonly head: SectionBounds;
  readonly trailers: SectionBounds;
}

/** One pair of bounds for all decoders of the same limits. */
const knownBounds = /* @__PURE__ */ new WeakMap<Http1Limits, Bounds>();

export function boundsOf(limits: Http1Limits): Bounds {
  let bounds = knownBounds.get(limits);
  if (bounds === undefined) {
    const maxNameBytes = limits.maxFieldNameBytes;
    bounds = {
      head: {
        bytesName: "maxHeaderBytes",
        bytesCode: "http1.field.bytes",
        maxBytes: limits.maxHeaderBytes,
        countName: "maxHeaderCount",
        countCode: "http1.field.count",
        maxCount: limits.maxHeaderCount,
        maxNameBytes,
      },
      trailers: {
        bytesName: "maxTrailerBytes",
        bytesCode: "http1.trailer.bytes",
        maxBytes: limits.maxTrailerBytes,
        countName: "maxTrailerCount",
        countCode: "http1.trailer.count",
        maxCount: limits.maxTrailerCount,
        maxNameBytes,
      },
    };
    knownBounds.set(limits, bounds);
  }
  return bounds;
}

/** The ledger of one connection, to which its decoder is charged as well. */
export function connectionLedger(limits: Http1Limits, parent: Ledger | undefined): Ledger {
  const { maxRetainedBytes } = limits;
  return new Ledger(parent === undefined ? { maxRetainedBytes } : { maxRetainedBytes, parent });
}

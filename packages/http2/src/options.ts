// How connections are set up.

import { Ledger, type Preset } from "@wirewall/limits";
import type { Http2LimitName, Http2Limits } from "./limits.js";

export interface Http2Options {
  /** Replaces limits of the preset. */
  readonly limits?: { readonly [K in Http2LimitName]?: number };
  readonly preset?: Preset;
  /** A ledger that is charged as well, such as the one of a whole server. */
  readonly ledger?: Ledger;
  /** RFC 8441 §3: a server lets clients ask for other protocols by extended CONNECT. */
  readonly enableConnectProtocol?: boolean;
  /** When the connection opened, on the caller's clock: from then on the preface is waited for. */
  readonly now?: number;
}

/** The ledger of one connection. */
export function connectionLedger(limits: Http2Limits, parent: Ledger | undefined): Ledger {
  const { maxRetainedBytes } = limits;
  return new Ledger(parent === undefined ? { maxRetainedBytes } : { maxRetainedBytes, parent });
}

// How coders of header blocks are set up.

import type { Ledger, Preset } from "@wirewall/limits";
import type { HpackLimitName } from "./limits.js";

export interface HpackOptions {
  /** Replaces limits of the preset. */
  readonly limits?: { readonly [K in HpackLimitName]?: number };
  readonly preset?: Preset;
  /** A ledger that is charged for the dynamic table. */
  readonly ledger?: Ledger;
  /**
   * What the encoder was told about the table's size before its first block: 4,096 if absent, as
   * HTTP/2 begins (RFC 9113 §6.5.2).
   */
  readonly tableBytes?: number;
}

/** RFC 9113 §6.5.2: SETTINGS_HEADER_TABLE_SIZE before any was exchanged. */
export const INITIAL_TABLE_BYTES = 4_096;

// What Connection says (RFC 9110 §7.6.1), read from all of its lines together.

import { parseTokenList, type FieldName, type FieldValue } from "@wirewall/fields";
import type { HttpVersion } from "./events.js";

/** Options that decide here, as bits. */
export const CLOSES = 1;
export const KEEPS_ALIVE = 2;
export const UPGRADES = 4;

/** The options of all Connection lines, from line `first` on, or undefined if they are no lists. */
export function readConnection(
  flat: readonly (FieldName | FieldValue)[],
  first: number,
): number | undefined {
  let options = 0;
  for (let at = first * 2; at < flat.length; at += 2) {
    if (flat[at] !== "connection") continue;
    const value = flat[at + 1] ?? "";
    if (value === "keep-alive") options |= KEEPS_ALIVE;
    else if (value === "close") options |= CLOSES;
    else {
      const tokens = parseTokenList([value]);
      if (!Array.isArray(tokens)) return undefined;
      for (const token of tokens) options |= optionOf(token);
    }
  }
  return options;
}

/** Whether the connection persists after a message of that version (RFC 9112 §9.3). */
export function persists(options: number, version: HttpVersion): boolean {
  if ((options & CLOSES) !== 0) return false;
  return version === "1.1" || (options & KEEPS_ALIVE) !== 0;
}

function optionOf(token: string): number {
  if (token === "close") return CLOSES;
  if (token === "keep-alive") return KEEPS_ALIVE;
  return token === "upgrade" ? UPGRADES : 0;
}

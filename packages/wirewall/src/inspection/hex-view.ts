// A few rows of hex around one byte, with that byte in brackets.

import type { RecentBytes } from "./recent-bytes.js";

const ROW_BYTES = 16;
const ROWS_BEFORE = 1;
const ROWS_AFTER = 2;

/** Lines such as `00000010  0d 0a[43]6f …  |..Content-…|`; none if the place is not kept. */
export function hexView(recent: RecentBytes, offset: number): string[] {
  const row = Math.floor(offset / ROW_BYTES);
  const lines: string[] = [];
  for (let index = Math.max(0, row - ROWS_BEFORE); index <= row + ROWS_AFTER; index++) {
    const line = hexRow(recent, index * ROW_BYTES, offset);
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

function hexRow(recent: RecentBytes, start: number, marked: number): string | undefined {
  let hex = "";
  let text = "";
  let seen = false;
  for (let offset = start; offset < start + ROW_BYTES; offset++) {
    const byte = recent.at(offset);
    const here = offset === marked;
    hex += here ? "[" : offset === marked + 1 && offset !== start ? "]" : " ";
    hex += byte === undefined ? (here ? "--" : "  ") : byte.toString(16).padStart(2, "0");
    text += byte === undefined ? " " : byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : ".";
    seen ||= byte !== undefined || here;
  }
  hex += marked === start + ROW_BYTES - 1 ? "]" : " ";
  return seen ? `${start.toString(16).padStart(8, "0")} ${hex} |${text.trimEnd()}|` : undefined;
}

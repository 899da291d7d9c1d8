// Lines that the machine itself adds to a head: how its content is framed, what becomes of the
// connection, and when it was made.

import {
  bytesOf,
  digitsOf,
  putBlock,
  putBytes,
  putCrlf,
  putNumber,
  putText,
} from "@wirewall/bytes";
import { isFieldValue } from "@wirewall/fields";

export interface AddedLines {
  readonly length: number | undefined;
  readonly chunked: boolean;
  readonly connection: string | undefined;
  readonly date: string | undefined;
}

const LENGTH: Uint8Array = /* @__PURE__ */ bytesOf("content-length: ");
const CODED: Uint8Array = /* @__PURE__ */ bytesOf("transfer-encoding: chunked\r\n");
const CONNECTION: Uint8Array = /* @__PURE__ */ bytesOf("connection: ");

/** The date that was judged last, and its line: one serves many responses. */
let judgedDate: string | undefined;
let dateLine: Uint8Array = new Uint8Array(0);

/** Nothing is added, as to heads that frame no content. */
export const NO_LINES: AddedLines = /* @__PURE__ */ Object.freeze(addedLines(undefined, false));

/** One shape for all sets of added lines. */
export function addedLines(
  length: number | undefined,
  chunked: boolean,
  connection?: string,
  date?: string,
): AddedLines {
  return { length, chunked, connection, date };
}

/**
 * How many bytes they take.
 *
 * @throws TypeError for a date that is no field value.
 */
export function sizeOfAdded(added: AddedLines): number {
  let bytes = 0;
  if (added.length !== undefined) bytes += LENGTH.length + digitsOf(added.length) + 2;
  if (added.chunked) bytes += CODED.length;
  if (added.connection !== undefined) bytes += CONNECTION.length + added.connection.length + 2;
  if (added.date !== undefined) bytes += lineOf(added.date).length;
  return bytes;
}

/** Writes them; returns the place behind them. */
export function putAdded(room: Uint8Array, start: number, added: AddedLines): number {
  let at = start;
  if (added.length !== undefined)
    at = putCrlf(room, putNumber(room, putBytes(room, at, LENGTH), added.length));
  if (added.chunked) at = putBytes(room, at, CODED);
  if (added.connection !== undefined)
    at = putCrlf(room, putText(room, putBytes(room, at, CONNECTION), added.connection));
  if (added.date !== undefined) at = putBlock(room, at, lineOf(added.date));
  return at;
}

function lineOf(date: string): Uint8Array {
  if (date === judgedDate) return dateLine;
  if (!isFieldValue(date)) throw new TypeError("date: expected a field value (RFC 9110 §5.5)");
  judgedDate = date;
  dateLine = bytesOf(`date: ${date}\r\n`);
  return dateLine;
}

// Lines that the machine itself adds to a head: how its content is framed, what becomes of the
// connection, and when it was made.

import { isFieldValue } from "@wirewall/fields";

export interface AddedLines {
  readonly length: number | undefined;
  readonly chunked: boolean;
  readonly connection: string | undefined;
  readonly date: string | undefined;
}

/** What was asked for last, and its text: one serves many responses. */
let last: AddedLines | undefined;
let lastText = "";

/** The date that was judged last. */
let judgedDate: string | undefined;

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
 * The lines, and the empty line that ends the head. One string for as long as the lines are the same.
 *
 * @throws TypeError for a date that is no field value.
 */
export function endOfHead(added: AddedLines): string {
  const { length, chunked, connection, date } = added;
  if (
    last !== undefined &&
    last.length === length &&
    last.date === date &&
    last.connection === connection &&
    last.chunked === chunked
  )
    return lastText;
  let text = length === undefined ? "" : `content-length: ${length}\r\n`;
  if (chunked) text += "transfer-encoding: chunked\r\n";
  if (connection !== undefined) text += `connection: ${connection}\r\n`;
  if (date !== undefined) text += `date: ${judged(date)}\r\n`;
  last = added;
  lastText = `${text}\r\n`;
  return lastText;
}

function judged(date: string): string {
  if (date !== judgedDate && !isFieldValue(date))
    throw new TypeError("date: expected a field value (RFC 9110 §5.5)");
  judgedDate = date;
  return date;
}

// What a response needs besides its own fields, given the request that it answers: its framing,
// whether the connection ends after it, and the lines that say so (RFC 9112 §6, §9.3, §9.6).

import type { Output } from "@wirewall/bytes";
import { Fields, parseTokenList } from "@wirewall/fields";
import { addedLines, NO_LINES, type AddedLines } from "./added-lines.js";
import {
  framingOf,
  writeResponseHead,
  type OutgoingContent,
  type OutgoingResponse,
} from "./encode.js";
import type { RequestHead } from "./events.js";
import type { Http1Limits } from "./limits.js";
import type { OutgoingFraming } from "./sender.js";

/** The lines to add, how the end of the content is shown, and whether the connection ends. */
export interface ResponsePlan extends AddedLines {
  readonly framing: OutgoingFraming;
  readonly closes: boolean;
}

const PLAIN_TEXT: Fields = /* @__PURE__ */ new Fields([["content-type", "text/plain"]]);

/** `mustClose` says that the connection cannot persist, whatever the response says. */
export function planResponse(
  head: RequestHead,
  status: number,
  fields: Fields | undefined,
  content: OutgoingContent,
  mustClose: boolean,
  date: string | undefined,
): ResponsePlan {
  const framed = framingOf(status, content, head.version);
  const bare = head.method === "HEAD" || status === 204 || status === 304;
  const untilClose = content === "stream" && framed === undefined && !bare;
  const asked = hasConnectionOption(fields, "close");
  const closes = mustClose || asked || untilClose;
  const chunked = framed === "chunked";
  const persists = head.version === "1.0" ? "keep-alive" : undefined;
  const ends = asked ? undefined : "close";
  return {
    length: chunked ? undefined : framed,
    chunked,
    connection: closes ? ends : persists,
    date: date === undefined || holds(fields, "date") ? undefined : date,
    framing: untilClose
      ? "until-close"
      : bare || framed === undefined
        ? "absent"
        : chunked
          ? "chunked"
          : "length",
    closes,
  };
}

/**
 * Writes the head after which the connection speaks another protocol: a 101 that accepts an offer,
 * or a 2xx to CONNECT (RFC 9110 §7.8, §9.3.6).
 */
export function writeSwitch(
  output: Output,
  head: RequestHead,
  response: OutgoingResponse,
  limits: Http1Limits,
): void {
  const { status, reason, fields, content } = response;
  if (content !== "none") throw new TypeError("content: a response that switches has none");
  let added = NO_LINES;
  if (status === 101) {
    const chosen = fields?.get("upgrade")?.toLowerCase();
    if (chosen === undefined || !head.upgrade.includes(chosen))
      throw new TypeError("status: 101 needs an upgrade field with a protocol that was offered");
    const named = fields?.has("connection") === true;
    if (named && !hasConnectionOption(fields, "upgrade"))
      throw new TypeError("fields: the connection field of a 101 has to list upgrade");
    if (!named) added = addedLines(undefined, false, "upgrade");
  }
  writeResponseHead(output, status, reason, fields, added, limits);
}

/** Answers a refused request with the status alone: nothing of its bytes, no reason that helps. */
export function writeRefusal(
  output: Output,
  status: number,
  bare: boolean,
  date: string | undefined,
  limits: Http1Limits,
): void {
  const text = `${status}\n`;
  const added = addedLines(text.length, false, "close", date);
  writeResponseHead(output, status, undefined, PLAIN_TEXT, added, limits);
  if (!bare) output.addText(text);
}

/** Whether the Connection lines list that option; a malformed list counts as one that does. */
export function hasConnectionOption(fields: Fields | undefined, option: string): boolean {
  if (fields === undefined || !holds(fields, "connection")) return false;
  const options = parseTokenList(fields.getAll("connection"));
  return !Array.isArray(options) || options.includes(option);
}

/** Whether there is a line of that name, which is in lower case as all names of a list are. */
function holds(fields: Fields | undefined, name: string): boolean {
  if (fields === undefined) return false;
  const { size } = fields;
  for (let line = 0; line < size; line++) if (fields.nameAt(line) === name) return true;
  return false;
}

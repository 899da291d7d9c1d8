// What a response needs besides its own fields, given the request that it answers: its framing,
// whether the connection ends after it, and the lines that say so (RFC 9112 §6, §9.3, §9.6).

import { Fields, parseTokenList } from "@wirewall/fields";
import {
  framingLines,
  writeResponseHead,
  type AddedLines,
  type OutgoingResponse,
} from "./encode.js";
import type { RequestHead } from "./events.js";
import type { Http1Limits } from "./limits.js";
import type { Output } from "./output.js";
import type { OutgoingFraming } from "./sender.js";

export interface ResponsePlan {
  readonly added: AddedLines;
  readonly framing: OutgoingFraming;
  readonly closes: boolean;
}

const PLAIN_TEXT: Fields = /* @__PURE__ */ new Fields([["content-type", "text/plain"]]);

/** `mustClose` says that the connection cannot persist, whatever the response says. */
export function planResponse(
  head: RequestHead,
  response: OutgoingResponse,
  mustClose: boolean,
  date: string | undefined,
): ResponsePlan {
  const { status, fields, content } = response;
  const framed = framingLines(status, content, head.version);
  const bare = head.method === "HEAD" || status === 204 || status === 304;
  const untilClose = content === "stream" && framed.chunked !== true && !bare;
  const asked = hasConnectionOption(fields, "close");
  const closes = mustClose || asked || untilClose;
  const added: AddedLines = {
    ...framed,
    ...connectionLine(head, closes, asked),
    ...(date === undefined || fields?.has("date") === true ? undefined : { date }),
  };
  return { added, framing: bare ? "absent" : framingOf(added, untilClose), closes };
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
  let added: AddedLines = {};
  if (status === 101) {
    const chosen = fields?.get("upgrade")?.toLowerCase();
    if (chosen === undefined || !head.upgrade.includes(chosen))
      throw new TypeError("status: 101 needs an upgrade field with a protocol that was offered");
    const named = fields?.has("connection") === true;
    if (named && !hasConnectionOption(fields, "upgrade"))
      throw new TypeError("fields: the connection field of a 101 has to list upgrade");
    if (!named) added = { connection: "upgrade" };
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
  const added: AddedLines = {
    length: text.length,
    connection: "close",
    ...(date === undefined ? undefined : { date }),
  };
  writeResponseHead(output, status, undefined, PLAIN_TEXT, added, limits);
  if (!bare) output.add(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function connectionLine(
  head: RequestHead,
  closes: boolean,
  written: boolean,
): { connection?: string } | undefined {
  if (closes) return written ? undefined : { connection: "close" };
  return head.version === "1.0" ? { connection: "keep-alive" } : undefined;
}

function framingOf(added: AddedLines, untilClose: boolean): OutgoingFraming {
  if (untilClose) return "until-close";
  if (added.chunked === true) return "chunked";
  return added.length === undefined ? "absent" : "length";
}

/** Whether the Connection lines list that option; a malformed list counts as one that does. */
export function hasConnectionOption(fields: Fields | undefined, option: string): boolean {
  if (fields === undefined || !fields.has("connection")) return false;
  const options = parseTokenList(fields.getAll("connection"));
  return !Array.isArray(options) || options.includes(option);
}

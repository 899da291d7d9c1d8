// Events for people: one printable line per item, and nothing of the input unescaped.

import type { Fields } from "@wirewall/fields";
import type { RequestEvent, RequestHead, ResponseEvent, ResponseHead } from "@wirewall/http1";
import { grouped } from "../terminal/number.js";
import { byteString, printableBytes } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";

const PREVIEW_BYTES = 64;
const LABEL_WIDTH = 15;

/** The lines of an event, each without its line end. */
export function eventText(event: RequestEvent | ResponseEvent, style: Style): string[] {
  switch (event.type) {
    case "request-head":
      return [labelled(event.type, requestLine(event), style), ...fieldLines(event.fields, style)];
    case "response-head":
      return [labelled(event.type, statusLine(event), style), ...fieldLines(event.fields, style)];
    case "informational":
      return [
        labelled(event.type, `${event.status} ${printableBytes(event.reason)}`, style),
        ...fieldLines(event.fields, style),
      ];
    case "content":
    case "tunnel":
      return [labelled(event.type, bytesText(event.bytes), style)];
    case "trailers":
      return [
        labelled(event.type, count(event.fields.size, "field"), style),
        ...fieldLines(event.fields, style),
      ];
    case "end":
      return [labelled(event.type, "", style)];
  }
}

/** `3 fields`, `1 field`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function requestLine(head: RequestHead): string {
  const facts = [
    `${head.method} ${head.target} HTTP/${head.version}`,
    `${head.form} form`,
    head.authority === undefined ? "no authority" : `authority ${head.authority}`,
    framing(head),
    head.keepAlive ? "keep-alive" : "close",
  ];
  if (head.expectContinue) facts.push("waits for 100");
  if (head.upgrade.length > 0) facts.push(`upgrade ${head.upgrade.join(", ")}`);
  return facts.map(printableBytes).join(", ");
}

function statusLine(head: ResponseHead): string {
  const facts = [
    `HTTP/${head.version} ${head.status} ${head.reason}`,
    framing(head),
    head.keepAlive ? "keep-alive" : "close",
  ];
  return facts.map(printableBytes).join(", ");
}

function framing(head: RequestHead | ResponseHead): string {
  if (head.framing === "none") return "no content";
  return head.framing === "length"
    ? `length ${grouped(head.contentLength ?? 0)}`
    : head.framing === "chunked"
      ? "chunked"
      : "until close";
}

function fieldLines(fields: Fields, style: Style): string[] {
  const lines: string[] = [];
  for (const [name, value] of fields)
    lines.push(`  ${style.dim(`${printableBytes(name)}:`)} ${printableBytes(value)}`);
  return lines;
}

function bytesText(bytes: Uint8Array): string {
  const preview = printableBytes(byteString(bytes.subarray(0, PREVIEW_BYTES)));
  const size = count(bytes.length, "byte");
  return bytes.length === 0
    ? size
    : `${size}  ${preview}${bytes.length > PREVIEW_BYTES ? " …" : ""}`;
}

function labelled(label: string, text: string, style: Style): string {
  return text === "" ? style.cyan(label) : `${style.cyan(label.padEnd(LABEL_WIDTH))} ${text}`;
}

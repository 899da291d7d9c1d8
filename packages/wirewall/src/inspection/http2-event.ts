// What the machine says about frames of HTTP/2, for people and for programs.

import type { Fields } from "@wirewall/fields";
import type { Http2Violation, RequestHead, ResponseHead } from "@wirewall/http2";
import { grouped } from "../terminal/number.js";
import { printableBytes, printableJson } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";
import { count } from "./event-text.js";
import { errorText } from "./http2-frame-words.js";
import type { Http2Event } from "./http2-machine.js";

/** Lines below that of the frame; none for what the frame says itself. */
export function http2EventText(event: Http2Event, style: Style): string[] {
  switch (event.type) {
    case "request-head":
      return [labelled(event.type, requestLine(event), style), ...fieldLines(event.fields, style)];
    case "response-head":
      return [labelled(event.type, responseLine(event), style), ...fieldLines(event.fields, style)];
    case "informational":
      return [
        labelled(event.type, String(event.status), style),
        ...fieldLines(event.fields, style),
      ];
    case "trailers":
      return [
        labelled(event.type, count(event.fields.size, "field"), style),
        ...fieldLines(event.fields, style),
      ];
    default:
      return [];
  }
}

/** One line of JSON, or undefined for what the frame says itself. */
export function http2EventJson(event: Http2Event): string | undefined {
  switch (event.type) {
    case "request-head":
    case "response-head":
    case "informational":
    case "trailers":
      return printableJson({ ...event, fields: [...event.fields] });
    case "content":
      return printableJson({
        type: event.type,
        stream: event.stream,
        bytes: event.bytes.length,
        base64: Buffer.from(event.bytes).toString("base64"),
      });
    case "end":
    case "violation":
      return printableJson(event);
    default:
      return undefined;
  }
}

/** What the peer is told of a refusal. */
export function http2ReplyLines(violation: Http2Violation): string[] {
  const { reply, stream } = violation;
  const where = stream === undefined ? "" : ` on stream ${stream}`;
  switch (reply.action) {
    case "goaway":
      return [`GOAWAY ${errorText(reply.error)}, then the connection is closed`];
    case "reset":
      return [`RST_STREAM ${errorText(reply.error)}${where}`];
    default:
      return [`a response of status ${reply.status}${where}`];
  }
}

function requestLine(head: RequestHead): string {
  const target = [head.scheme, head.authority, head.path]
    .map((part) => part ?? "-")
    .map(printableBytes)
    .join(" ");
  const facts = [`${printableBytes(head.method)} ${target}`, content(head)];
  if (head.protocol !== undefined) facts.push(`protocol ${printableBytes(head.protocol)}`);
  if (head.expectContinue) facts.push("waits for 100");
  if (head.urgency !== 3 || head.incremental)
    facts.push(`urgency ${head.urgency}${head.incremental ? ", incremental" : ""}`);
  return facts.join(", ");
}

function responseLine(head: ResponseHead): string {
  return `${head.status}, ${content(head)}`;
}

function content(head: RequestHead | ResponseHead): string {
  if (head.endStream) return "no content";
  return head.contentLength === undefined
    ? "content until END_STREAM"
    : `length ${grouped(head.contentLength)}`;
}

function fieldLines(fields: Fields, style: Style): string[] {
  return Array.from(
    fields,
    ([name, value]) => `    ${style.dim(`${printableBytes(name)}:`)} ${printableBytes(value)}`,
  );
}

function labelled(label: string, text: string, style: Style): string {
  return `  ${style.cyan(label.padEnd(13))} ${text}`;
}

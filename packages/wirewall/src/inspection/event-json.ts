// Events for programs: one JSON object on one printable line, fields as an ordered list of pairs.

import type { Fields } from "@wirewall/fields";
import type { Http1Violation, RequestEvent, ResponseEvent } from "@wirewall/http1";
import { printableJson } from "../terminal/printable.js";

/** The line, without its end. Content is in `base64`, and `bytes` is its length. */
export function eventJson(event: RequestEvent | ResponseEvent | Http1Violation): string {
  switch (event.type) {
    case "request-head":
    case "response-head":
    case "informational":
    case "trailers":
      return printableJson({ ...event, fields: pairs(event.fields) });
    case "content":
    case "tunnel":
      return printableJson({
        type: event.type,
        bytes: event.bytes.length,
        base64: Buffer.from(event.bytes).toString("base64"),
      });
    case "end":
    case "violation":
      return printableJson(event);
  }
}

function pairs(fields: Fields): [string, string][] {
  return Array.from(fields, ([name, value]): [string, string] => [name, value]);
}

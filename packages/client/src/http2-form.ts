// A request of HTTP/1.1 as HTTP/2 writes it, and a response of HTTP/2 as callers see it.

import { connectionFields, Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import type { OutgoingRequest, ResponseHead as Http2ResponseHead } from "@wirewall/http2";
import type { CallRequest, ResponseHead } from "./heads.js";

/** RFC 9113 §8.2.2, and Host, which `:authority` replaces (§8.3.1). */
const DROPPED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "connection",
  "host",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

export function http2Request(request: CallRequest, scheme: "http" | "https"): OutgoingRequest {
  const { method, target, fields, content, sensitive } = request;
  return {
    method,
    scheme,
    authority: fields.get("host"),
    path: target,
    fields: endToEnd(fields),
    content,
    sensitive,
  };
}

/** TE may stay, though Connection names it: it can only say `trailers` (§8.2.2). */
function endToEnd(fields: Fields): Fields {
  const named = fields.has("connection") ? connectionFields(fields) : undefined;
  const listed = named === undefined || "type" in named ? undefined : named;
  const flat: (FieldName | FieldValue)[] = [];
  for (let line = 0; line < fields.size; line++) {
    const name = fields.nameAt(line);
    if (DROPPED.has(name) || (name !== "te" && listed?.has(name) === true)) continue;
    flat.push(name, fields.valueAt(line));
  }
  return Fields.adopt(flat);
}

export function responseHead(head: Http2ResponseHead): ResponseHead {
  const { status, fields, contentLength, endStream, sensitive } = head;
  return {
    status,
    reason: "",
    version: "2",
    fields,
    framing: endStream ? "none" : "frames",
    contentLength,
    sensitive,
  };
}

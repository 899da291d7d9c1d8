import type { HttpVersion } from "@wirewall/client";

/** Whether a message is one of HTTP/2: its connection has no fields, and its end needs no framing. */
export function isHttp2(head: { readonly version: HttpVersion }): boolean {
  return head.version === "2";
}

// What a server that reads the same bytes sends back when it refuses them.

import { Fields } from "@wirewall/fields";
import { encodeResponseHead, type Http1Violation } from "@wirewall/http1";
import { byteString, printableBytes } from "../terminal/printable.js";

/**
 * The response to a refused request, apart from its Date, in printable lines. `bare` says that the
 * request was a HEAD, which gets no content.
 */
export function replyLines(violation: Http1Violation, bare: boolean): string[] {
  const { reply } = violation;
  if (reply.action === "close") return ["nothing: the connection is closed"];
  const content = `${reply.status}\n`;
  const head = encodeResponseHead({
    status: reply.status,
    fields: new Fields([["content-type", "text/plain"]]),
    content: content.length,
  });
  const lines = byteString(head).slice(0, -2);
  return `${lines}connection: close\r\n\r\n${bare ? "" : content}`
    .split(/(?<=\n)/)
    .map(printableBytes);
}

// What a server that reads the same bytes sends back when it refuses them.

import { Fields } from "@wirewall/fields";
import { encodeResponseHead, type Http1Violation } from "@wirewall/http1";

/**
 * The response to a refused request, apart from its Date; undefined where the connection is just
 * closed. `bare` says that the request was a HEAD, which gets no content.
 */
export function replyBytes(violation: Http1Violation, bare: boolean): Uint8Array | undefined {
  const { reply } = violation;
  if (reply.action === "close") return undefined;
  const content = `${reply.status}\n`;
  const head = encodeResponseHead({
    status: reply.status,
    fields: new Fields([["content-type", "text/plain"]]),
    content: content.length,
  });
  const lines = Buffer.from(head).toString("latin1").slice(0, -2);
  return Buffer.from(`${lines}connection: close\r\n\r\n${bare ? "" : content}`, "latin1");
}

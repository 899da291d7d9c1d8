// A response of the client as one of Fetch, whose content is pulled as it is read, without its codings.

import type { ClientResponse } from "./response.js";

export function webResponse(response: ClientResponse, method: string): Response {
  const { status, reason, fields } = response;
  const headers = new Headers();
  for (const [name, value] of fields) headers.append(name, value);
  const hasContent = method !== "HEAD" && status !== 204 && status !== 205 && status !== 304;
  const body = hasContent && response.contentLength !== 0 ? contentOf(response) : null;
  return new Response(body, { status, statusText: reason, headers });
}

function contentOf(response: ClientResponse): ReadableStream<Uint8Array> {
  const pieces = response.decoded()[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return?.();
        response.cancel();
      },
    },
    { highWaterMark: 0 },
  );
}

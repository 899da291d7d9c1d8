import { isViolation, ServerConnection } from "@wirewall/http2";

/** What goes back to a client that sent these chunks, and what was refused. */
export function example(chunks: Iterable<Uint8Array>): { out: Uint8Array[]; refused: string[] } {
  const connection = new ServerConnection({ limits: { maxConcurrentStreamCount: 32 } });
  const out: Uint8Array[] = [];
  const refused: string[] = [];
  for (const chunk of chunks) {
    connection.receive(chunk, performance.now());
    for (let event = connection.next(); event !== undefined; event = connection.next()) {
      if (isViolation(event)) refused.push(event.code);
      else if (event.type === "content") connection.consumed(event.stream, event.bytes.length);
      else if (event.type === "request-head") {
        connection.sendResponse(event.stream, { status: 200 }, `${event.method} ${event.path}\n`);
        connection.settled(event.stream);
      }
    }
    for (let piece = connection.takeOutput(); piece !== undefined; piece = connection.takeOutput())
      out.push(piece);
    connection.outputSent();
  }
  return { out, refused };
}

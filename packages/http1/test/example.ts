import { isViolation, ServerConnection } from "@wirewall/http1";

/** Answers what comes in these chunks; gives the codes of what was refused, and the state at the end. */
export function example(chunks: Iterable<Uint8Array>, write: (out: Uint8Array) => void): string[] {
  const connection = new ServerConnection({ limits: { maxBodyBytes: 1_024 } });
  const refused: string[] = [];
  for (const chunk of chunks) {
    connection.receive(chunk);
    for (let event = connection.next(); event !== undefined; event = connection.next())
      if (isViolation(event)) refused.push(event.code);
      else if (event.type === "end")
        connection.sendResponse({ status: 200, content: "none" }, "hello\n");
    for (let out = connection.takeOutput(); out !== undefined; out = connection.takeOutput())
      write(out);
    connection.outputSent();
  }
  return [...refused, connection.state];
}

// A client connection that asks as the input chooses, and is fed the input as its answers; and a
// server that reads all of the requests.

import { Fields } from "@wirewall/fields";
import { ClientConnection, RequestDecoder } from "@wirewall/http1";
import { cuts, type Choices } from "../../../tools/fuzz/oracle.js";

const METHODS = ["GET", "HEAD", "POST", "OPTIONS", "CONNECT"];

/**
 * @throws if the client sends what a server refuses, retains too much, waits for ever, or takes
 * bytes for an answer that nobody asked for
 */
export function ask(data: Uint8Array, choices: Choices): void {
  const client = new ClientConnection({ now: 0 });
  const server = new RequestDecoder();
  let now = 0;
  let asked = 0;
  let answered = 0;
  let over = false;

  const carry = (): void => {
    for (let piece = client.takeOutput(now); piece !== undefined; piece = client.takeOutput(now)) {
      server.receive(piece.slice());
      client.outputSent(now);
      for (let event = server.next(); event !== undefined; event = server.next())
        if (event.type === "violation") throw new Error(`the server refuses it: ${event.code}`);
    }
  };
  const request = (): void => {
    if (client.state !== "open" || !mayAsk(client, choices)) return;
    const method = METHODS[choices.upTo(METHODS.length - 1)] ?? "GET";
    const upgrades = method === "GET" && choices.upTo(2) === 0;
    const fields = new Fields([
      ["host", "a.test:1"],
      ...(upgrades ? [["connection", "upgrade"] as const, ["upgrade", "x"] as const] : []),
    ]);
    const target = method === "CONNECT" ? "a.test:1" : "/";
    if (method !== "POST") client.sendRequest({ method, target, fields, content: "none" });
    else {
      client.sendRequest({ method, target, fields, content: "stream" });
      client.sendContent(Uint8Array.of(1));
      client.sendEnd();
    }
    asked++;
    carry();
  };
  const pull = (): void => {
    for (let event = client.next(now); event !== undefined; event = client.next(now)) {
      if (over) throw new Error("an event after the end");
      if (event.type === "violation" || event.type === "tunnel") over = true;
      else if (event.type === "response-head" && ++answered > asked)
        throw new Error("an answer to nothing");
    }
    if (client.retained > client.limits.maxRetainedBytes)
      throw new Error(`${client.retained} bytes retained`);
  };

  request();
  const [, chunks = []] = cuts(data, choices);
  for (const chunk of chunks) {
    now += choices.upTo(20);
    client.receive(chunk, now);
    pull();
    if (choices.upTo(1) === 0) request();
  }
  client.end(now);
  pull();
  for (let step = 0; client.deadline !== undefined; step++) {
    if (step > 8) throw new Error("the client waits for ever");
    now = client.deadline;
    client.expire(now);
    pull();
  }
  if (client.state === "closed" && client.retained !== 0)
    throw new Error(`${client.retained} bytes retained by a closed connection`);
  if (client.reusable && asked !== answered)
    throw new Error("reusable, although an answer is owed");
}

/** Pipelined now and then, otherwise when the last answer is complete. */
function mayAsk(client: ClientConnection, choices: Choices): boolean {
  return client.idle ? client.reusable : client.reusable && choices.upTo(3) === 0;
}

// A server connection that is fed an input and answers as the input chooses, in any legal way, and
// a client that reads all of the answers.

import { Fields } from "@wirewall/fields";
import { ResponseDecoder, ServerConnection, type RequestHead } from "@wirewall/http1";
import { cuts, type Choices } from "../../../tools/fuzz/oracle.js";

/**
 * @throws if the server sends what a client refuses, retains too much, or waits for ever
 */
export function serve(data: Uint8Array, choices: Choices): void {
  const run = new Serving(choices);
  const [, chunks = []] = cuts(data, choices);
  for (const chunk of chunks) {
    run.receive(chunk);
    if (run.over) return;
  }
  run.end();
}

class Serving {
  readonly #server: ServerConnection = new ServerConnection({ now: 0 });
  readonly #client: ResponseDecoder = new ResponseDecoder();
  readonly #choices: Choices;
  #now = 0;
  #refused = false;
  /** The request that is being answered. */
  #open: RequestHead | undefined;
  #begun = false;
  /** What of a declared length was not sent, or undefined where nothing has to be. */
  #left: number | undefined;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** The connection speaks another protocol. */
  get over(): boolean {
    return this.#server.state === "tunnel";
  }

  receive(chunk: Uint8Array): void {
    this.#now += this.#choices.upTo(20);
    this.#server.receive(chunk, this.#now);
    this.#pull();
    // Some answers come late, when more input has arrived.
    if (this.#open !== undefined && this.#choices.upTo(2) > 0) this.#goOn();
    this.#pull();
    this.#carry();
  }

  end(): void {
    this.#server.end(this.#now);
    this.#pull();
    while (this.#open !== undefined && this.#server.state === "open") {
      this.#goOn();
      this.#pull();
    }
    this.#carry();
    for (let step = 0; this.#server.deadline !== undefined; step++) {
      if (step > 8) throw new Error("the server waits for ever");
      this.#now = this.#server.deadline;
      this.#server.expire(this.#now);
      this.#pull();
      this.#carry();
    }
    const { state, retained } = this.#server;
    if (state === "closed" && retained !== 0)
      throw new Error(`${retained} bytes retained by a closed connection`);
  }

  #pull(): void {
    const server = this.#server;
    for (let event = server.next(this.#now); event !== undefined; event = server.next(this.#now)) {
      if (this.#refused) throw new Error("an event after the refusal");
      if (event.type === "violation") {
        this.#refused = true;
        // What never became a request is answered all the same.
        if (this.#open === undefined) this.#client.expect("GET");
        this.#open = undefined;
      } else if (event.type === "request-head") {
        this.#client.expect(event.method, event.upgrade.length > 0);
        this.#open = event;
        this.#begun = false;
        if (this.#choices.upTo(3) > 0) this.#goOn();
      } else if (this.#open !== undefined && this.#choices.upTo(3) === 0) this.#goOn();
      if (this.#choices.upTo(3) === 0) this.#carry();
    }
    if (server.retained > server.limits.maxRetainedBytes)
      throw new Error(`${server.retained} bytes retained`);
    if (server.state !== "open") this.#open = undefined;
  }

  /** One step of the answer. */
  #goOn(): void {
    const head = this.#open;
    if (head === undefined) return;
    if (this.#begun) this.#sendMore(head);
    else this.#begin(head);
    if (this.#server.state !== "open") this.#open = undefined;
  }

  #begin(head: RequestHead): void {
    const server = this.#server;
    const choice = this.#choices.upTo(11);
    const refusesTunnel = head.method === "CONNECT";
    const fields = new Fields(choice % 2 === 0 ? [] : [["x-choice", String(choice)]]);
    switch (choice) {
      case 0:
        return server.sendContinue();
      case 1:
        return server.sendInformational(103, fields);
      case 2:
      case 3:
        server.sendResponse(
          { status: refusesTunnel ? 403 : 200, fields, content: "none" },
          "hello",
        );
        this.#open = undefined;
        return;
      case 4:
        server.sendResponse({ status: refusesTunnel ? 404 : 204, fields, content: "none" });
        this.#open = undefined;
        return;
      case 5:
        server.sendResponse({ status: 304, fields, content: "none" });
        this.#open = undefined;
        return;
      case 6: {
        const [protocol] = head.upgrade;
        if (protocol === undefined) return;
        const offered = new Fields([["upgrade", protocol]]);
        return server.sendHead({ status: 101, fields: offered, content: "none" });
      }
      case 7:
        if (head.method !== "CONNECT") return;
        return server.sendHead({ status: 200, content: "none" });
      case 8:
        return this.#sendHead(new Fields([["connection", "close"]]), "stream");
      case 9:
        return this.#sendHead(fields, 5);
      default:
        return this.#sendHead(fields, "stream");
    }
  }

  #sendHead(fields: Fields, content: "stream" | number): void {
    this.#server.sendHead({ status: 404, fields, content });
    this.#begun = true;
    this.#left = content === "stream" ? undefined : content;
  }

  #sendMore(head: RequestHead): void {
    const server = this.#server;
    const takes = head.method !== "HEAD";
    if (takes && this.#left === undefined && this.#choices.upTo(2) > 0) {
      server.sendContent(Uint8Array.of(1, 2, 3));
      return;
    }
    if (takes && this.#left !== undefined && this.#left > 0) {
      server.sendContent(new Uint8Array(this.#left));
      this.#left = 0;
      return;
    }
    const chunked = takes && this.#left === undefined && head.version === "1.1";
    server.sendEnd(chunked ? new Fields([["x-sum", "1"]]) : undefined);
    this.#open = undefined;
  }

  #carry(): void {
    const server = this.#server;
    const text = this.#choices.upTo(1) === 0 ? server.takeText(this.#now) : undefined;
    if (text !== undefined)
      this.#deliver(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    for (
      let piece = server.takeOutput(this.#now);
      piece !== undefined;
      piece = server.takeOutput(this.#now)
    )
      this.#deliver(piece.slice());
  }

  #deliver(bytes: Uint8Array): void {
    this.#client.receive(bytes);
    this.#server.outputSent(this.#now);
    for (let event = this.#client.next(); event !== undefined; event = this.#client.next())
      if (event.type === "violation") throw new Error(`the client refuses it: ${event.code}`);
  }
}

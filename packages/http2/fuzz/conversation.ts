// A client and a server that use each other as the input says, in any legal order, with windows and
// queues that are small: every message that nobody gave up arrives as it was sent.

import { Fields } from "@wirewall/fields";
import { ClientConnection, isViolation, ServerConnection } from "@wirewall/http2";
import type { Choices } from "../../../tools/fuzz/oracle.js";
import { Flow } from "./flow.js";

const MOST_STEPS = 120;
const MOST_ROUNDS = 2_000;
const MOST_STREAMS = 5;
const TRAILERS: readonly (readonly [string, string])[] = [["x-sum", "1"]];

/** @throws if anything is refused, lost, changed, or left over */
export function converse(data: Uint8Array, choices: Choices): void {
  const talk = new Conversation(choices);
  for (const step of data.subarray(0, MOST_STEPS)) talk.step(step);
  talk.finish();
}

/** One exchange: the request on its way up, the response on its way down. */
class Exchange {
  readonly id: number;
  readonly up: Flow = new Flow();
  readonly down: Flow = new Flow();
  isGivenUp = false;

  constructor(id: number) {
    this.id = id;
  }
}

class Conversation {
  readonly #choices: Choices;
  readonly #client: ClientConnection;
  readonly #server: ServerConnection;
  readonly #exchanges: Map<number, Exchange> = new Map();
  #now = 0;

  constructor(choices: Choices) {
    this.#choices = choices;
    const limits = {
      streamWindowBytes: choices.upTo(1) === 0 ? 65_535 : 80_000,
      connectionWindowBytes: 65_535,
      maxStreamOutputBytes: 2_000,
      maxQueuedOutputBytes: 16_384,
      maxConcurrentStreamCount: MOST_STREAMS,
    };
    this.#client = new ClientConnection({ now: 0, limits });
    this.#server = new ServerConnection({ now: 0, limits });
  }

  step(byte: number): void {
    const open = [...this.#exchanges.values()].filter((one) => !one.isGivenUp);
    const exchange = open[byte >>> 4 === 0 ? 0 : (byte >>> 4) % Math.max(1, open.length)];
    this.#now += byte & 1;
    if (exchange === undefined || byte % 12 === 0) return this.#ask();
    const { id, up, down } = exchange;
    const client = this.#client;
    const server = this.#server;
    switch (byte % 12) {
      case 1:
      case 2:
        return this.#send(client, id, up);
      case 3:
        return this.#endRequest(exchange);
      case 4:
      case 5:
        if (exchange.up.isHeard) this.#answer(exchange);
        return;
      case 6:
        return this.#send(server, id, down);
      case 7:
        return this.#endResponse(exchange);
      case 8:
        return this.#read();
      case 9:
        if (this.#choices.upTo(3) > 0) return;
        (up.isHeard && this.#choices.upTo(1) === 0 ? server : client).reset(id);
        return this.#giveUp(exchange);
      case 10:
        if (this.#choices.upTo(3) === 0) (byte > 127 ? client : server).ping(this.#now);
        return;
      default:
        this.#carry();
    }
  }

  /** Ends whatever is open, and looks at what became of all. */
  finish(): void {
    for (let round = 0; this.#isOpen(); round++) {
      if (round > MOST_ROUNDS) throw new Error("it does not come to an end");
      for (const exchange of this.#exchanges.values()) {
        if (exchange.isGivenUp) continue;
        this.#endRequest(exchange);
        if (exchange.up.isHeard && !exchange.down.isBegun) this.#answer(exchange);
        this.#endResponse(exchange);
      }
      this.#carry();
      this.#read();
    }
    for (const { id, up, down, isGivenUp } of this.#exchanges.values()) {
      if (!isGivenUp) down.expectWhole(`the response on ${id}`);
      if (!isGivenUp && !up.isCut) up.expectWhole(`the request on ${id}`);
    }
    this.#carry();
    this.#client.shutdown(this.#now);
    this.#server.shutdown(this.#now);
    for (let round = 0; round < 4; round++) this.#carry();
    for (const side of [this.#client, this.#server])
      if (side.state !== "closed" || side.retained !== 0)
        throw new Error(`${side.state}, ${side.retained} bytes retained at the end`);
  }

  #isOpen(): boolean {
    for (const { isGivenUp, up, down } of this.#exchanges.values())
      if (!isGivenUp && !(down.isWhole && (up.isWhole || up.isCut))) return true;
    return this.#client.queuedBytes > 0 || this.#server.queuedBytes > 0;
  }

  #ask(): void {
    if (!this.#client.canOpen || this.#client.streamCount >= MOST_STREAMS) return;
    const declared = this.#choices.upTo(2);
    const length = this.#choices.upTo(2_000);
    const id = this.#client.sendRequest({
      method: declared === 0 ? "GET" : "POST",
      scheme: "https",
      authority: "a.test",
      path: `/${length}`,
      fields: new Fields([["x-choice", String(declared)]]),
      content: declared === 0 ? "none" : declared === 1 ? length : "stream",
    });
    const exchange = new Exchange(id);
    exchange.up.begin(declared === 0 ? 0 : declared === 1 ? length : undefined);
    this.#exchanges.set(id, exchange);
  }

  #answer(exchange: Exchange): void {
    const { id, down } = exchange;
    if (down.isBegun) return;
    const server = this.#server;
    const choice = this.#choices.upTo(4);
    const length = this.#choices.upTo(3) === 0 ? 40_000 : this.#choices.upTo(3_000);
    const fields = new Fields([["server", "wirewall"]]);
    if (choice === 0) return server.sendInformational(id, 103, fields);
    if (choice < 3) {
      down.begin(length);
      server.sendResponse(id, { status: 200, fields }, down.take(length));
      this.#answered(exchange);
    } else {
      down.begin(choice === 3 ? length : undefined);
      server.sendHead(id, { status: 200, fields, content: choice === 3 ? length : "stream" });
    }
  }

  #send(side: ClientConnection | ServerConnection, id: number, flow: Flow): void {
    if (!flow.isBegun || flow.isEnded || flow.isBlocked) return;
    const most = this.#choices.upTo(3) === 0 ? 30_000 : 700;
    const count = Math.min(flow.left, this.#choices.upTo(most));
    flow.isBlocked = !side.sendContent(id, flow.take(count));
  }

  #endRequest(exchange: Exchange): void {
    const { id, up } = exchange;
    if (up.isEnded || up.isBlocked) return;
    if (up.isDeclared) this.#client.sendContent(id, up.take(up.left));
    const trails = !up.isDeclared && this.#choices.upTo(1) === 0;
    this.#client.sendEnd(id, trails ? new Fields(TRAILERS) : undefined);
    up.isEnded = true;
  }

  #endResponse(exchange: Exchange): void {
    const { id, down } = exchange;
    if (!down.isBegun || down.isEnded || down.isBlocked) return;
    if (down.isDeclared) this.#server.sendContent(id, down.take(down.left));
    const trails = !down.isDeclared && this.#choices.upTo(1) === 0;
    this.#server.sendEnd(id, trails ? new Fields(TRAILERS) : undefined);
    this.#answered(exchange);
  }

  /** RFC 9113 §8.1: what of the request has not come by then is not waited for. */
  #answered({ id, up, down }: Exchange): void {
    down.isEnded = true;
    if (!up.isOver) up.isCut = true;
    this.#server.settled(id);
  }

  /** All content that was handed out is read. */
  #read(): void {
    for (const { id, up, down } of this.#exchanges.values()) {
      this.#server.consumed(id, up.read());
      this.#client.consumed(id, down.read());
    }
  }

  #carry(): void {
    this.#deliver(this.#client, this.#server);
    this.#deliver(this.#server, this.#client);
  }

  #deliver(
    from: ClientConnection | ServerConnection,
    to: ClientConnection | ServerConnection,
  ): void {
    for (
      let out = from.takeOutput(this.#now);
      out !== undefined;
      out = from.takeOutput(this.#now)
    ) {
      const at = this.#choices.upTo(out.length);
      for (const chunk of [out.slice(0, at), out.slice(at)]) {
        to.receive(chunk, this.#now);
        this.#hear(to);
      }
    }
    from.outputSent(this.#now);
    this.#hear(from);
  }

  #hear(side: ClientConnection | ServerConnection): void {
    const isServer = side === this.#server;
    for (let event = side.next(this.#now); event !== undefined; event = side.next(this.#now)) {
      if (isViolation(event)) throw new Error(`refused by one of us: ${event.code}`);
      if (!("stream" in event)) continue;
      const exchange = this.#exchanges.get(event.stream);
      if (exchange === undefined) throw new Error(`an event of stream ${event.stream}`);
      const flow = isServer ? exchange.up : exchange.down;
      if (event.type === "content") flow.hear(event.bytes);
      else if (event.type === "end") flow.isOver = true;
      else if (event.type === "window") (isServer ? exchange.down : exchange.up).isBlocked = false;
      else if (event.type === "reset") this.#wasReset(exchange, event.error);
      else if (event.type === "request-head" || event.type === "response-head") {
        flow.isHeard = true;
        if (isServer && exchange.isGivenUp) this.#server.settled(event.stream);
        if (event.endStream) flow.isOver = true;
      }
    }
  }

  /** RFC 9113 §8.1: NO_ERROR only says that the rest of the request is not wanted. */
  #wasReset(exchange: Exchange, error: number): void {
    if (error === 0 && exchange.down.isOver) {
      exchange.up.isCut = true;
      exchange.up.isEnded = true;
    } else this.#giveUp(exchange);
  }

  #giveUp(exchange: Exchange): void {
    exchange.isGivenUp = true;
    this.#server.settled(exchange.id);
  }
}

// A server that is fed an input and answers as the input chooses, in any legal way, and a reader of
// frames that judges what comes back.

import { Fields } from "@wirewall/fields";
import {
  FrameDecoder,
  isViolation,
  ServerConnection,
  type Http2Violation,
  type ServerEvent,
} from "@wirewall/http2";
import { cuts, type Choices } from "../../../tools/fuzz/oracle.js";

const MOST_STEPS = 400;
const STATUSES = [200, 404, 500] as const;

/**
 * @throws if the server writes what is no frame, retains too much, goes on after its end, or waits
 * for ever
 */
export function serve(data: Uint8Array, choices: Choices): void {
  const run = new Serving(choices);
  const [, chunks = []] = cuts(data, choices);
  for (const chunk of chunks) run.receive(chunk);
  run.end();
}

class Serving {
  readonly #server: ServerConnection = new ServerConnection({
    now: 0,
    enableConnectProtocol: true,
  });
  readonly #reader: FrameDecoder = new FrameDecoder();
  readonly #choices: Choices;
  /** Streams whose handler runs, and what it did last. */
  readonly #handlers: Map<number, "awaited" | "begun"> = new Map();
  readonly #unread: Map<number, number> = new Map();
  #now = 0;
  #isOver = false;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  receive(chunk: Uint8Array): void {
    this.#now += this.#choices.upTo(20);
    this.#server.receive(chunk, this.#now);
    this.#pull();
    this.#act();
    if (this.#choices.upTo(3) > 0) this.#carry();
  }

  end(): void {
    const server = this.#server;
    if (this.#choices.upTo(2) === 0) server.shutdown(this.#now);
    if (this.#choices.upTo(1) === 0) server.end(this.#now);
    this.#pull();
    for (let step = 0; server.deadline !== undefined; step++) {
      if (step > MOST_STEPS) throw new Error("the server waits for ever");
      if (server.deadline < this.#now - 1e6) throw new Error("a deadline of long ago");
      this.#now = Math.max(this.#now, server.deadline);
      server.expire(this.#now);
      this.#pull();
      this.#act();
      this.#carry();
    }
    if (server.state !== "closed") throw new Error(`it waits for nothing, and is ${server.state}`);
    if (server.retained !== 0) throw new Error(`${server.retained} bytes retained at the end`);
  }

  #pull(): void {
    const server = this.#server;
    for (let event = server.next(this.#now); event !== undefined; event = server.next(this.#now)) {
      if (this.#isOver) throw new Error("an event after the end");
      this.#hear(event);
      if (this.#choices.upTo(7) === 0) this.#act();
    }
    if (server.retained > server.limits.maxRetainedBytes)
      throw new Error(`${server.retained} bytes retained`);
    const most = server.limits.maxConcurrentStreamCount;
    if (server.liveCount > most || server.streamCount > most)
      throw new Error(`${server.liveCount} handlers, ${server.streamCount} streams`);
  }

  #hear(event: ServerEvent | Http2Violation): void {
    if (event.type === "request-head") this.#handlers.set(event.stream, "awaited");
    else if (event.type === "content") {
      const { stream, bytes } = event;
      this.#unread.set(stream, (this.#unread.get(stream) ?? 0) + bytes.length);
    } else if (isViolation(event) && event.scope === "connection") this.#isOver = true;
  }

  /** One thing that a handler may do. */
  #act(): void {
    const ids = [...this.#handlers.keys()];
    const id = ids[this.#choices.upTo(Math.max(0, ids.length - 1))];
    if (id === undefined) return;
    const server = this.#server;
    const isAwaited = this.#handlers.get(id) === "awaited";
    switch (this.#choices.upTo(8)) {
      case 0:
        if (isAwaited) server.sendContinue(id);
        return;
      case 1:
        if (isAwaited) server.sendInformational(id, 103, new Fields([["link", "</a>"]]));
        return;
      case 2:
        server.reset(id, this.#choices.upTo(13));
        return this.#settle(id);
      case 3:
      case 4: {
        const unread = this.#unread.get(id) ?? 0;
        this.#unread.set(id, 0);
        server.consumed(id, unread);
        return;
      }
      case 5:
      case 6:
        if (!isAwaited) return;
        server.sendResponse(id, { status: STATUSES[this.#choices.upTo(2)] ?? 200 }, "hello");
        return this.#settle(id);
      default:
        this.#stream(id, isAwaited);
    }
  }

  #stream(id: number, isAwaited: boolean): void {
    const server = this.#server;
    if (isAwaited) {
      server.sendHead(id, { status: 200, content: "stream" });
      this.#handlers.set(id, "begun");
    } else if (this.#choices.upTo(1) === 0) server.sendContent(id, new Uint8Array(300));
    else {
      server.sendEnd(id);
      this.#settle(id);
    }
  }

  #settle(id: number): void {
    this.#server.settled(id);
    this.#handlers.delete(id);
    this.#unread.delete(id);
  }

  #carry(): void {
    const server = this.#server;
    for (
      let piece = server.takeOutput(this.#now);
      piece !== undefined;
      piece = server.takeOutput(this.#now)
    )
      this.#reader.receive(piece.slice());
    server.outputSent(this.#now);
    for (let event = this.#reader.next(); event !== undefined; event = this.#reader.next())
      if (isViolation(event)) throw new Error(`it writes ${event.code}`);
  }
}

// A server connection that answers each request when it is complete, reads all content at once and
// writes into the void, with the shapes and floods that could hurt it. Runs in an empty realm, too.

import { ServerConnection, type Http2Violation, type ServerEvent } from "@wirewall/http2";
import type { Codec } from "#laws";
import * as f from "./bytes.js";
import { floodsOf, shapesOf } from "./shapes.js";

export const create: Codec["create"] = (options = {}) => new Answering(options);

export class Answering extends ServerConnection {
  override next(now?: number): ServerEvent | Http2Violation | undefined {
    const event = super.next(now);
    if (event !== undefined) this.#answer(event);
    while (this.takeOutput(now) !== undefined);
    this.outputSent(now);
    return event;
  }

  #answer(event: ServerEvent | Http2Violation): void {
    switch (event.type) {
      case "request-head":
        if (event.endStream) this.#finish(event.stream);
        break;
      case "content":
        this.consumed(event.stream, event.bytes.length);
        break;
      case "end":
        this.#finish(event.stream);
        break;
      case "reset":
        this.settled(event.stream);
        break;
      case "violation":
        if (event.stream !== undefined) this.settled(event.stream);
        break;
      default:
    }
  }

  #finish(stream: number): void {
    this.sendResponse(stream, { status: 200 }, "hello");
    this.settled(stream);
  }
}

export const shapes: Codec["shapes"] = [
  ...shapesOf(f.CLIENT_HELLO, f.POST, 1),
  {
    name: "many requests",
    input: (size) =>
      f.bytes(
        f.CLIENT_HELLO,
        f.row(size, (place) => f.headers(2 * place + 1, f.GET)),
      ),
  },
  {
    name: "many requests that wait for their end",
    limits: f.raised,
    input: (size) =>
      f.bytes(
        f.CLIENT_HELLO,
        f.row(size, (place) => f.headers(2 * place + 1, f.POST, 0)),
      ),
  },
  {
    name: "requests that are given up",
    refused: true,
    input: (size) =>
      f.bytes(
        f.CLIENT_HELLO,
        f.row(size, (place) => [
          ...f.headers(2 * place + 1, f.POST, 0),
          ...f.frame(f.RST_STREAM, 0, 2 * place + 1, f.word(8)),
        ]),
      ),
  },
  {
    name: "requests that are refused",
    refused: true,
    input: (size) =>
      f.bytes(
        f.CLIENT_HELLO,
        f.row(size, (place) => f.headers(2 * place + 1, f.GET.slice(1))),
      ),
  },
];

export const floods: Codec["floods"] = floodsOf(f.CLIENT_HELLO, f.POST, 1);

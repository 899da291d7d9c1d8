// A client connection that has asked a hundred times, reads all content at once and writes into the
// void, with the shapes and floods that could hurt it. Runs in an empty realm, too.

import { ClientConnection, type ClientEvent, type Http2Options } from "@wirewall/http2";
import type { Http2Violation } from "@wirewall/http2";
import type { Codec } from "#laws";
import * as f from "./bytes.js";
import { floodsOf, shapesOf } from "./shapes.js";

const ASKED = 100;
const REQUEST = {
  method: "GET",
  scheme: "https",
  authority: "a.test",
  path: "/",
  content: "none",
} as const;

export const create: Codec["create"] = (options = {}) => new Asking(options);

export class Asking extends ClientConnection {
  /** By half of the stream's number: 1 for an answer that has begun. */
  readonly #answered: Uint8Array = new Uint8Array(ASKED);

  constructor(options: Http2Options) {
    super(options);
    for (let count = 0; count < ASKED; count++) this.sendRequest(REQUEST);
    this.#write();
  }

  override next(now?: number): ClientEvent | Http2Violation | undefined {
    const event = super.next(now);
    if (event?.type === "content") this.consumed(event.stream, event.bytes.length);
    else if (event?.type === "response-head") this.#answered[event.stream >>> 1] = 1;
    this.#write();
    return event;
  }

  /** What nobody has begun to answer is given up, so that only answers can be cut off. */
  override end(now?: number): void {
    for (let stream = 1; stream < 2 * ASKED; stream += 2)
      if (this.#answered[stream >>> 1] === 0) this.reset(stream);
    super.end(now);
  }

  #write(): void {
    while (this.takeOutput() !== undefined);
    this.outputSent();
  }
}

export const shapes: Codec["shapes"] = [
  ...shapesOf(f.SERVER_HELLO, f.OK, 1),
  {
    name: "many responses",
    input: (size) => {
      const answers = (place: number): number[] => f.headers(2 * place + 1, f.OK);
      const count = Math.min(ASKED, Math.ceil(size / answers(0).length));
      return f.bytes(
        f.SERVER_HELLO,
        ...Array.from({ length: count }, (_, place) => answers(place)),
      );
    },
  },
  {
    name: "interim responses",
    refused: true,
    input: (size) =>
      f.bytes(
        f.SERVER_HELLO,
        f.row(size, () => f.headers(1, [[":status", "103"]], 0)),
      ),
  },
];

export const floods: Codec["floods"] = [
  ...floodsOf(f.SERVER_HELLO, f.OK, 1),
  {
    name: "interim responses",
    prefix: f.SERVER_HELLO,
    item: Uint8Array.from(f.headers(1, [[":status", "103"]], 0)),
  },
];

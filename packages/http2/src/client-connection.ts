// The client's side of a connection: requests go out on streams of their own, responses come back in
// any order. Streams that the server never looked at may be asked again elsewhere (RFC 9113 §8.7).

import type { Fields } from "@wirewall/fields";
import { UsageError } from "@wirewall/limits";
import { Connection } from "./connection.js";
import * as frames from "./frame-types.js";
import type { Informational, ResponseHead } from "./heads.js";
import type { Http2Options } from "./options.js";
import { checkRequest, writeRequest } from "./outgoing-section.js";
import type { OutgoingRequest } from "./outgoing.js";
import { ResponseBlocks } from "./response-blocks.js";
import { isStrict } from "./settings.js";
import { SENT } from "./stream.js";

export class ClientConnection extends Connection<ResponseHead | Informational> {
  readonly #isStrict: boolean;
  readonly #blocks: ResponseBlocks;

  constructor(options: Http2Options = {}) {
    let blocks: ResponseBlocks | undefined;
    super(options, false, (session, decoder) => {
      blocks = new ResponseBlocks(session, decoder);
      return blocks;
    });
    if (blocks === undefined) throw new UsageError("no reader of responses was made");
    this.#blocks = blocks;
    this.#isStrict = isStrict(options.preset);
  }

  /** Another request may be sent now: the peer takes one more stream, and a number is left for it. */
  get canOpen(): boolean {
    const { session } = this;
    return (
      session.state === "open" &&
      session.openCount < session.peer.maxConcurrentStreams &&
      this.#blocks.nextStream <= frames.MAX_STREAM
    );
  }

  /**
   * Sends the head of a request and returns its stream; its content, if it has any, and its end
   * have to follow.
   *
   * @throws TypeError or RangeError for whatever a server of ours would refuse; nothing is sent.
   * @throws UsageError unless `canOpen`, or where nothing more can be kept.
   */
  sendRequest(request: OutgoingRequest): number {
    const { session, sender } = this;
    if (!this.canOpen) throw new UsageError("this connection takes no request");
    const { content, method } = request;
    const rules = {
      strict: this.#isStrict,
      connectProtocol: session.peer.connectProtocol,
      maxBodyBytes: session.limits.maxBodyBytes,
    };
    sender.checkListBytes(checkRequest(request, rules));
    const isEmpty = content === "none" || content === 0;
    const isTunnel = method === "CONNECT";
    const stream = this.#blocks.open(method);
    if (stream === undefined) throw new UsageError("there is no room for another request");
    const { encoder } = sender;
    encoder.begin();
    writeRequest(encoder, request);
    sender.begin(stream, content, isEmpty && !isTunnel);
    sender.writeHead(stream, encoder.finish(), isEmpty && !isTunnel);
    if (isEmpty && !isTunnel) {
      stream.phase = SENT;
      sender.ended(stream);
    }
    session.settleOutput();
    return stream.id;
  }

  /** Queues content; false asks to wait for the window event. Without a listener it goes nowhere. */
  sendContent(id: number, bytes: Uint8Array): boolean {
    const stream = this.open(id);
    return stream === undefined || this.sender.content(stream, bytes);
  }

  /** Ends a request with content. */
  sendEnd(id: number, trailers?: Fields, sensitive?: readonly string[]): void {
    const stream = this.open(id);
    if (stream === undefined) return;
    if (stream.phase === SENT) {
      if (trailers !== undefined && trailers.size > 0)
        throw new TypeError("trailers: this message has none");
      return;
    }
    this.sender.end(stream, trailers, sensitive);
    this.session.settleOutput();
  }
}

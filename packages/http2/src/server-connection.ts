// The server's side of a connection: requests come on streams of their own, each is answered or
// given up, and a handler counts until it has ended, whatever became of its stream (RFC 9113
// §10.5). A refused request is answered here, or reset, without any of its bytes.

import type { Fields } from "@wirewall/fields";
import { isShortAscii } from "@wirewall/bytes";
import { UsageError } from "@wirewall/limits";
import { Connection } from "./connection.js";
import type { RequestHead } from "./heads.js";
import type { Http2Limits } from "./limits.js";
import type { Http2Options } from "./options.js";
import { checkInformational, checkResponse, writeFields, writeStatus } from "./outgoing-section.js";
import type { OutgoingContent, OutgoingResponse } from "./outgoing.js";
import type { SectionRules } from "./section-codes.js";
import { RequestBlocks } from "./request-blocks.js";
import { ResponseBlock } from "./response-block.js";
import { isStrict } from "./settings.js";
import { AWAITED, SENT, type Stream } from "./stream.js";

/** A whole response: its content is given beside it. */
export type WholeResponse = Omit<OutgoingResponse, "content">;

const utf8 = /* @__PURE__ */ new TextEncoder();

export class ServerConnection extends Connection<RequestHead> {
  readonly #block: ResponseBlock;

  /** Written as date where the fields of a response hold none. */
  date: string | undefined;

  constructor(options: Http2Options = {}) {
    super(
      options,
      true,
      (session, decoder) => new RequestBlocks(session, decoder, rulesOf(options, session.limits)),
    );
    this.#block = new ResponseBlock(this.sender.encoder);
  }

  /** Handlers that have not ended. */
  get liveCount(): number {
    return this.session.liveCount;
  }

  /** Says that the handler of a stream has ended: only now another one may take its place. */
  settled(id: number): void {
    const stream = this.session.streams.get(id);
    if (stream !== undefined) this.session.settle(stream);
  }

  /** Sends 100 Continue (RFC 9110 §10.1.1). */
  sendContinue(id: number): void {
    const stream = this.open(id);
    if (stream?.phase !== AWAITED) return;
    stream.awaitsContinue = false;
    stream.movedAt = this.session.now;
    this.#sendInterim(stream, 100, undefined);
  }

  /**
   * Sends an interim response (RFC 9110 §15.2).
   *
   * @throws RangeError for a status that is not 102 to 199, TypeError for fields that cannot be sent.
   */
  sendInformational(id: number, status: number, fields?: Fields): void {
    const stream = this.#awaited(id);
    if (status < 102) throw new RangeError("status: expected a whole number from 102 to 199");
    this.sender.checkListBytes(checkInformational(status, fields));
    if (stream !== undefined) this.#sendInterim(stream, status, fields);
  }

  /**
   * Sends the head of the final response; its content, if it has any, and its end have to follow.
   *
   * @throws TypeError or RangeError for whatever a client of ours would refuse; nothing is sent.
   */
  sendHead(id: number, response: OutgoingResponse): void {
    const stream = this.#awaited(id);
    const { content } = response;
    if (stream === undefined) checkResponse(response);
    else this.#begin(stream, response, content, undefined);
  }

  /** Queues content; false asks to wait for the window event. Without a listener it goes nowhere. */
  sendContent(id: number, bytes: Uint8Array): boolean {
    const stream = this.#sending(id);
    return stream === undefined || this.sender.content(stream, bytes);
  }

  /** Ends the response. */
  sendEnd(id: number, trailers?: Fields, sensitive?: readonly string[]): void {
    const stream = this.#sending(id);
    if (stream !== undefined) this.sender.end(stream, trailers, sensitive);
    this.session.settleOutput();
  }

  /** Sends a whole response; text is written as UTF-8. */
  sendResponse(id: number, response: WholeResponse, content?: Uint8Array | string): void {
    const stream = this.#awaited(id);
    if (stream === undefined) return;
    const isText = typeof content === "string";
    const bytes = isText && !isShortAscii(content) ? utf8.encode(content) : content;
    this.#begin(stream, response, bytes === undefined ? "none" : bytes.length, bytes);
    this.session.settleOutput();
  }

  /** The head, and the content too if that is whole. */
  #begin(
    stream: Stream,
    response: WholeResponse,
    content: OutgoingContent,
    whole: Uint8Array | string | undefined,
  ): void {
    const { status, fields, sensitive } = response;
    const isTunnel = stream.method === "CONNECT" && status < 300;
    const hasNone = status === 204 || status === 304;
    const isBare = stream.method === "HEAD" || hasNone;
    const length =
      content === "stream" || isTunnel || (hasNone && typeof content !== "number") || status === 204
        ? undefined
        : content === "none"
          ? 0
          : content;
    let block = this.#block.again(status, fields, length, this.date, sensitive);
    if (block === undefined) {
      this.sender.checkListBytes(checkResponse({ status, fields, content }) + ADDED_BYTES);
      block = this.#block.write(status, fields, length, this.date, sensitive);
    }
    const isEmpty = isBare || (!isTunnel && (content === "none" || content === 0));
    this.sender.begin(stream, content, isEmpty);
    stream.isTunnel = isTunnel;
    if (isEmpty) {
      this.sender.writeHead(stream, block, true);
      if (whole !== undefined || content === "none" || content === 0) stream.phase = SENT;
      this.sender.ended(stream);
      return;
    }
    this.sender.writeHead(stream, block, false);
    if (whole === undefined) return;
    if (this.sender.fits(stream, whole.length)) {
      this.sender.whole(stream, whole);
      stream.phase = SENT;
      this.sender.ended(stream);
      return;
    }
    this.sender.content(stream, typeof whole === "string" ? utf8.encode(whole) : whole);
    this.sender.end(stream, undefined, undefined);
  }

  #sendInterim(stream: Stream, status: number, fields: Fields | undefined): void {
    const { encoder } = this.sender;
    encoder.begin();
    writeStatus(encoder, status);
    if (fields !== undefined) writeFields(encoder, fields);
    this.sender.writeHead(stream, encoder.finish(), false);
    this.session.settleOutput();
  }

  /** The stream, which has to await a response; undefined if nobody listens any more. */
  #awaited(id: number): Stream | undefined {
    const stream = this.open(id);
    if (stream !== undefined && stream.phase !== AWAITED)
      throw new UsageError("the stream awaits no response");
    return stream;
  }

  #sending(id: number): Stream | undefined {
    return this.open(id);
  }
}

/** content-length and date, by the measure of RFC 9113 §6.5.2. */
const ADDED_BYTES = 2 * 32 + 14 + 16 + 4 + 29;

function rulesOf(options: Http2Options, { maxBodyBytes }: Http2Limits): SectionRules {
  return {
    strict: isStrict(options.preset),
    connectProtocol: options.enableConnectProtocol === true,
    maxBodyBytes,
  };
}

// One direction of a connection as frames (RFC 9113 §4.1), judged one by one: length, stream, padding,
// and the order of a field block. What they mean together is for connections to say. No more is kept
// than one frame of the largest size.

import { Input } from "@wirewall/bytes";
import type { Decoder, Ledger, LimitHit } from "@wirewall/limits";
import { FrameReader, NEEDS_MORE, TOO_LARGE } from "./frame-reader.js";
import { isInSequence, judgeHeader, judgePayload } from "./frame-rules.js";
import * as frames from "./frame-types.js";
import { limits as limitsTable } from "./limits.js";
import { connectionLedger, type Http2Options } from "./options.js";
import { PREFACE } from "./preface.js";
import { refuse, refuseStream, type Http2Code, type Http2Violation } from "./violations.js";

/** §3.4: what a client sends first. */
export interface PrefaceEvent {
  readonly type: "preface";
  readonly offset: number;
}

/** §4.1: a whole frame. */
export interface FrameEvent {
  readonly type: "frame";
  /** Of its first octet in the whole input. */
  readonly offset: number;
  /** The number of its type. */
  readonly kind: number;
  readonly flags: number;
  readonly stream: number;
  /** A view of what was received, good until the next call of `receive`. */
  readonly payload: Uint8Array;
}

export interface FrameDecoderOptions extends Pick<Http2Options, "limits" | "preset" | "ledger"> {
  /** The frames are those of a client: its preface comes first. */
  readonly preface?: boolean;
}

export class FrameDecoder implements Decoder<PrefaceEvent | FrameEvent> {
  readonly #input: Input = new Input();
  readonly #reader: FrameReader;
  readonly #maxFrameBytes: number;
  readonly #ledger: Ledger;
  #charged = 0;
  /** Octets of the preface that came, or -1 once it is over. */
  #preface: number;
  /** A header was read, and its payload is not complete. */
  #isOpen = false;
  /** The stream whose field block is not complete, or 0. */
  #block = 0;
  #isOver = false;
  #isEnded = false;
  #refused: Http2Violation | undefined;

  constructor(options: FrameDecoderOptions = {}) {
    const limits = limitsTable.resolve(options.limits, options.preset);
    this.#maxFrameBytes = limits.maxFrameBytes;
    this.#reader = new FrameReader(this.#input, limits.maxFrameBytes);
    this.#ledger = connectionLedger(limits, options.ledger);
    this.#preface = options.preface === true ? 0 : -1;
  }

  /** Nothing is waited for: time is judged by connections. */
  get deadline(): undefined {
    return undefined;
  }

  get retained(): number {
    return this.#ledger.retained;
  }

  receive(chunk: Uint8Array): void {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("chunk: expected a Uint8Array");
    if (this.#isOver || this.#isEnded || chunk.length === 0) return;
    this.#input.append(chunk);
    this.#charge();
  }

  next(): PrefaceEvent | FrameEvent | Http2Violation | undefined {
    const refused = this.#refused;
    if (refused !== undefined) {
      this.#refused = undefined;
      return refused;
    }
    if (this.#isOver) return undefined;
    const event = this.#preface >= 0 ? this.#readPreface() : this.#readFrame();
    if (event !== undefined) return event;
    return this.#isEnded ? this.#cut() : this.#rest();
  }

  end(): void {
    this.#isEnded = true;
  }

  expire(): void {}

  #readPreface(): PrefaceEvent | Http2Violation | undefined {
    const input = this.#input;
    for (; input.unread > 0; input.at++) {
      if (input.bytes[input.at] !== PREFACE[this.#preface])
        return this.#end("http2.preface.invalid", input.offset);
      if (++this.#preface < PREFACE.length) continue;
      this.#preface = -1;
      input.at++;
      return { type: "preface", offset: input.offset - PREFACE.length };
    }
    return undefined;
  }

  #readFrame(): FrameEvent | Http2Violation | undefined {
    const reader = this.#reader;
    if (!this.#isOpen) {
      const found = reader.read();
      if (found === NEEDS_MORE) return undefined;
      if (found === TOO_LARGE) {
        const hit = { name: "maxFrameBytes", max: this.#maxFrameBytes, observed: reader.length };
        return this.#end("http2.frame.size", reader.offset, hit);
      }
      this.#isOpen = true;
    }
    const input = this.#input;
    const { type, flags, stream, length, offset } = reader;
    if (input.unread < length) return undefined;
    this.#isOpen = false;
    const start = input.at;
    const end = (input.at += length);
    if (!isInSequence(type, stream, this.#block))
      return this.#end("http2.continuation.sequence", offset);
    const { bytes } = input;
    const fault =
      judgeHeader(type, flags, stream, length) ?? judgePayload(type, flags, bytes, start, end);
    if (fault !== undefined) {
      if (type !== frames.PRIORITY || stream === 0) return this.#end(fault, offset);
      return refuseStream(fault, offset, stream, frames.FRAME_SIZE_ERROR, undefined);
    }
    if (BLOCK_TYPES.has(type)) this.#block = (flags & frames.END_HEADERS) === 0 ? stream : 0;
    const payload = bytes.subarray(start, end);
    return { type: "frame", offset, kind: type, flags, stream, payload };
  }

  /** More bytes are needed: what is unread is kept, and charged. */
  #rest(): undefined {
    this.#input.keep();
    this.#charge();
    return undefined;
  }

  #charge(): void {
    const { kept } = this.#input;
    if (kept === this.#charged) return;
    this.#ledger.release(this.#charged, 0);
    this.#charged = 0;
    const hit = this.#ledger.charge(kept, 0);
    if (hit === undefined) this.#charged = kept;
    else this.#refused = this.#end("http2.retained.bytes", this.#input.offset, hit);
  }

  /** No more bytes will come: whatever was begun is refused. */
  #cut(): Http2Violation | undefined {
    const input = this.#input;
    const isInside = input.unread > 0 || this.#isOpen || this.#block !== 0 || this.#preface > 0;
    const at = input.offset + input.unread;
    if (isInside) return this.#end("http2.body.truncated", at);
    this.#isOver = true;
    return undefined;
  }

  #end(code: Http2Code, offset: number, limit?: LimitHit): Http2Violation {
    this.#isOver = true;
    this.#input.drop();
    this.#charged = 0;
    this.#ledger.close();
    return refuse(code, offset, limit);
  }
}

const BLOCK_TYPES: ReadonlySet<number> = /* @__PURE__ */ new Set([
  frames.HEADERS,
  frames.PUSH_PROMISE,
  frames.CONTINUATION,
]);

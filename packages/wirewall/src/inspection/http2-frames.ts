// Cuts one direction of an HTTP/2 connection into frames (RFC 9113 §4.1), for showing them. Whether
// they may stand there is for the machine to say; no more is held than one frame of the largest size.

import { PREFACE } from "@wirewall/http2";

export interface Frame {
  /** Of its first byte in the whole input. */
  readonly offset: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  /** As declared. */
  readonly length: number;
  /** Header and payload, as far as they came. */
  readonly bytes: Uint8Array;
}

/** What a client sends before its first frame. */
export interface Preface {
  readonly offset: number;
  readonly preface: true;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 9;

export class Http2Frames {
  readonly #maxFrameBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #held = 0;
  #needed = 1;
  #offset = 0;
  #begun = false;
  #over = false;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** The frames that are complete with this chunk; one that is too large comes without its payload. */
  *push(chunk: Uint8Array): Generator<Frame | Preface> {
    if (this.#over) return;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return;
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    while (!this.#over) {
      const found = this.#begun ? this.#frame(bytes) : this.#preface(bytes);
      if (found === undefined) break;
      if (found !== NO_PREFACE) {
        bytes = bytes.subarray(found.bytes.length);
        this.#offset += found.bytes.length;
        yield found;
      }
    }
    this.#held = bytes.length;
    if (bytes.length > 0) this.#chunks.push(bytes.slice());
  }

  /** What was not a whole frame. */
  get rest(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  /** Waits only for as long as the bytes are those of the preface. */
  #preface(bytes: Uint8Array): Preface | typeof NO_PREFACE | undefined {
    const common = Math.min(bytes.length, PREFACE.length);
    this.#begun = true;
    for (let at = 0; at < common; at++) if (bytes[at] !== PREFACE[at]) return NO_PREFACE;
    if (common === PREFACE.length)
      return { offset: 0, preface: true, bytes: bytes.subarray(0, common) };
    this.#begun = false;
    this.#needed = bytes.length + 1;
    return undefined;
  }

  #frame(bytes: Uint8Array): Frame | undefined {
    this.#needed = HEADER_BYTES;
    if (bytes.length < HEADER_BYTES) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getUint32(0) >>> 8;
    this.#over = length > this.#maxFrameBytes;
    const whole = this.#over ? HEADER_BYTES : HEADER_BYTES + length;
    this.#needed = whole;
    if (bytes.length < whole) return undefined;
    this.#needed = HEADER_BYTES;
    return {
      offset: this.#offset,
      type: view.getUint8(3),
      flags: view.getUint8(4),
      stream: view.getUint32(5) & 0x7fff_ffff,
      length,
      bytes: bytes.subarray(0, whole),
    };
  }
}

const NO_PREFACE = "no preface";

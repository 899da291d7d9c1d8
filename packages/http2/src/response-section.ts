// The field section of a response, interim ones included (RFC 9113 §8.3.2): `:status` and no other
// pseudo-field, first and once.

import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import type { Informational, ResponseHead } from "./heads.js";
import { fault, type SectionCode, type SectionFault } from "./section-codes.js";
import * as marks from "./section-marks.js";

const NONE: readonly string[] = /* @__PURE__ */ Object.freeze([]);

export class ResponseSection {
  readonly #maxBodyBytes: number;
  #flat: (FieldName | FieldValue)[] = [];
  #sensitive: string[] | undefined;
  #code: SectionCode | undefined;
  #limit: LimitHit | undefined;
  #status = 0;
  #length: number | undefined;
  #late = false;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Forgets what was read. */
  start(): void {
    this.#flat = [];
    this.#sensitive = this.#code = this.#limit = this.#length = undefined;
    this.#status = 0;
    this.#late = false;
  }

  /** The next field of the block, with its mark of `judge`. */
  field(name: string, value: string, mark: number, neverIndexed: boolean): void {
    if (this.#code !== undefined) return;
    if ((mark & (marks.FAULTS | marks.PSEUDO)) !== 0) return this.#decide(value, mark);
    this.#late = true;
    const kind = mark & marks.KIND;
    if (kind === marks.CONTENT_LENGTH) {
      if ((mark & marks.BAD_VALUE) !== 0 || this.#length !== undefined)
        this.#code = "http2.content-length.mismatch";
      this.#length = Number(value);
    } else if (kind === marks.TE) this.#code = "http2.field.connection";
    this.#flat.push(name as FieldName, value as FieldValue);
    if (neverIndexed && kind !== marks.SECRET) (this.#sensitive ??= []).push(name);
  }

  /** The head that the fields make of a response to that method, or why they make none. */
  finish(
    stream: number,
    endStream: boolean,
    method: string,
  ): ResponseHead | Informational | SectionFault {
    const result = this.#finish(stream, endStream, method);
    this.start();
    return result;
  }

  #finish(
    stream: number,
    endStream: boolean,
    method: string,
  ): ResponseHead | Informational | SectionFault {
    const code = this.#code ?? this.#judge(endStream, method);
    if (code !== undefined) return fault(code, this.#limit);
    const status = this.#status;
    const fields = Fields.adopt(this.#flat);
    const sensitive = this.#sensitive ?? NONE;
    if (status < 200) return { type: "informational", stream, status, fields, sensitive };
    const contentLength = opensTunnel(status, method) ? undefined : this.#length;
    return { type: "response-head", stream, status, fields, contentLength, endStream, sensitive };
  }

  #decide(value: string, mark: number): void {
    if ((mark & marks.BAD_SYNTAX) !== 0) this.#code = "http2.field.syntax";
    else if ((mark & marks.OF_CONNECTION) !== 0) this.#code = "http2.field.connection";
    else if ((mark & marks.KIND) !== marks.STATUS || value === "" || this.#late)
      this.#code = "http2.pseudo.invalid";
    else if ((mark & marks.BAD_VALUE) !== 0) this.#code = "http2.pseudo.value";
    else if (this.#status !== 0) this.#code = "http2.pseudo.invalid";
    else this.#status = mark >>> marks.NUMBER_SHIFT;
  }

  #judge(endStream: boolean, method: string): SectionCode | undefined {
    const status = this.#status;
    if (status === 0) return "http2.pseudo.invalid";
    // §8.1: an interim response does not end the stream.
    if (status < 200) return endStream ? "http2.pseudo.value" : undefined;
    const length = this.#length;
    if (length === undefined || hasNoContent(status, method) || opensTunnel(status, method))
      return undefined;
    if (endStream && length !== 0) return "http2.content-length.mismatch";
    const max = this.#maxBodyBytes;
    if (length <= max) return undefined;
    this.#limit = { name: "maxBodyBytes", max, observed: length };
    return "http2.body.too-large";
  }
}

/**
 * Whether a final response to that method never has content, whatever its Content-Length says
 * (RFC 9110 §6.4.1).
 */
export function hasNoContent(status: number, method: string): boolean {
  return method === "HEAD" || status === 204 || status === 304;
}

/** RFC 9110 §9.3.6: what follows a 2xx to CONNECT is a tunnel; a Content-Length means nothing. */
function opensTunnel(status: number, method: string): boolean {
  return method === "CONNECT" && status < 300;
}

/** The sum that the DATA of a final response has to have, or undefined if any is right. */
export function expectedBytes(head: ResponseHead, method: string): number | undefined {
  return hasNoContent(head.status, method) ? 0 : head.contentLength;
}

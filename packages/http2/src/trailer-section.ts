// The trailer section (RFC 9113 §8.1): no pseudo-fields, and nothing that frames, routes,
// authenticates or describes content (RFC 9110 §6.5.1).

import { Fields, isForbiddenTrailer, type FieldName, type FieldValue } from "@wirewall/fields";
import type { Trailers } from "./heads.js";
import { fault, type SectionCode, type SectionFault } from "./section-codes.js";
import * as marks from "./section-marks.js";

const NONE: readonly string[] = /* @__PURE__ */ Object.freeze([]);

export class TrailerSection {
  #flat: (FieldName | FieldValue)[] = [];
  #sensitive: string[] | undefined;
  #code: SectionCode | undefined;

  /** Forgets what was read. */
  start(): void {
    this.#flat = [];
    this.#sensitive = this.#code = undefined;
  }

  /** The next field of the block, with its mark of `judge`. */
  field(name: string, value: string, mark: number, neverIndexed: boolean): void {
    if (this.#code !== undefined) return;
    if ((mark & marks.BAD_SYNTAX) !== 0) this.#code = "http2.field.syntax";
    else if ((mark & marks.OF_CONNECTION) !== 0) this.#code = "http2.field.connection";
    else if ((mark & marks.PSEUDO) !== 0) this.#code = "http2.pseudo.invalid";
    else if (isForbiddenTrailer(name)) this.#code = "http2.trailer.forbidden";
    this.#flat.push(name as FieldName, value as FieldValue);
    if (neverIndexed) (this.#sensitive ??= []).push(name);
  }

  finish(stream: number): Trailers | SectionFault {
    const code = this.#code;
    const fields = Fields.adopt(this.#flat);
    const sensitive = this.#sensitive ?? NONE;
    this.start();
    return code === undefined
      ? { type: "trailers", stream, fields, sensitive }
      : fault(code, undefined);
  }
}

// The field block of a response that is sent again and again. While the encoder's table stays as it
// is, and the list says the same, its bytes are the same too.

import type { BlockEncoder } from "@wirewall/hpack";
import type { Fields } from "@wirewall/fields";
import { writeFields, writeStatus } from "./outgoing-section.js";

export class ResponseBlock {
  readonly #encoder: BlockEncoder;
  /** What the block says; undefined before there is one that may be sent again. */
  #bytes: Uint8Array | undefined;
  #generation = 0;
  #status = 0;
  #length: number | undefined;
  #date: string | undefined;
  #fields: Fields | undefined;
  /** Names at even places, values at odd ones. */
  #flat: readonly string[] = [];

  constructor(encoder: BlockEncoder) {
    this.#encoder = encoder;
  }

  /** The block, if it is the one that was written last and its fields were judged then. */
  again(
    status: number,
    fields: Fields | undefined,
    length: number | undefined,
    date: string | undefined,
    sensitive: readonly string[] | undefined,
  ): Uint8Array | undefined {
    const bytes = this.#bytes;
    if (
      bytes === undefined ||
      status !== this.#status ||
      length !== this.#length ||
      date !== this.#date ||
      fields !== this.#fields ||
      (sensitive !== undefined && sensitive.length > 0) ||
      this.#generation !== this.#encoder.generation
    )
      return undefined;
    return fields === undefined || says(fields, this.#flat) ? bytes : undefined;
  }

  /** Writes a block of fields that were judged. It is good until the next one. */
  write(
    status: number,
    fields: Fields | undefined,
    length: number | undefined,
    date: string | undefined,
    sensitive: readonly string[] | undefined,
  ): Uint8Array {
    const encoder = this.#encoder;
    const before = encoder.generation;
    encoder.begin();
    writeStatus(encoder, status);
    if (fields !== undefined) writeFields(encoder, fields, sensitive);
    if (length !== undefined) encoder.field("content-length", String(length));
    if (date !== undefined && fields?.has("date") !== true) encoder.field("date", date);
    const block = encoder.finish();
    this.#bytes = undefined;
    if (encoder.generation !== before || (sensitive !== undefined && sensitive.length > 0))
      return block;
    this.#bytes = block.slice();
    this.#generation = before;
    this.#status = status;
    this.#length = length;
    this.#date = date;
    this.#fields = fields;
    this.#flat = fields === undefined ? [] : [...fields].flat();
    return block;
  }
}

/** Whether the list still says what was written. */
function says(fields: Fields, flat: readonly string[]): boolean {
  const { size } = fields;
  if (size * 2 !== flat.length) return false;
  for (let line = 0; line < size; line++)
    if (fields.nameAt(line) !== flat[line * 2] || fields.valueAt(line) !== flat[line * 2 + 1])
      return false;
  return true;
}

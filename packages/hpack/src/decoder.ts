// The decoder of one block in the shape that all decoders have, for inspectors and harnesses: bytes
// come in any pieces, `end` ends the block, and then its fields are pulled.

import { Input } from "@wirewall/bytes";
import { Ledger, type Decoder as AnyDecoder } from "@wirewall/limits";
import { BlockDecoder } from "./block-decoder.js";
import type { FieldEvent, HpackEvent } from "./events.js";
import type { HpackLimits } from "./limits.js";
import type { HpackOptions } from "./options.js";
import { refuse, type HpackViolation } from "./violations.js";

export class Decoder implements AnyDecoder<HpackEvent> {
  readonly #block: BlockDecoder;
  readonly #ledger: Ledger;
  readonly #input: Input = new Input();
  /** Fields that were decoded, the next one last. */
  #fields: FieldEvent[] = [];
  #charged = { bytes: 0, objects: 0 };
  #violation: HpackViolation | undefined;
  #isOver = false;
  #said = false;

  constructor(options: HpackOptions = {}) {
    const { ledger } = options;
    const maxRetainedBytes = Number.MAX_SAFE_INTEGER;
    this.#ledger = new Ledger(
      ledger === undefined ? { maxRetainedBytes } : { maxRetainedBytes, parent: ledger },
    );
    this.#block = new BlockDecoder({ ...options, ledger: this.#ledger });
  }

  get limits(): HpackLimits {
    return this.#block.limits;
  }

  /** Nothing is ever waited for: whoever owns the block knows how long it may take. */
  get deadline(): undefined {
    return undefined;
  }

  get retained(): number {
    return this.#ledger.retained;
  }

  receive(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#input.append(chunk);
    this.#input.keep();
    const { unread } = this.#input;
    const max = this.limits.maxBlockBytes;
    // The byte that crosses it says so, whatever came with it.
    const hit = { name: "maxBlockBytes", max, observed: max + 1 };
    if (unread > max) this.#fail(refuse("hpack.block.bytes", max, hit));
    else this.#charge(this.#input.kept, 0);
  }

  next(): HpackEvent | HpackViolation | undefined {
    const field = this.#fields.pop();
    if (field !== undefined) {
      this.#charge(
        this.#charged.bytes - field.name.length - field.value.length,
        this.#fields.length,
      );
      return field;
    }
    if (!this.#isOver || this.#said) return undefined;
    this.#said = true;
    const violation = this.#violation;
    this.#drop();
    return violation ?? { type: "end" };
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { bytes, at, end } = this.#input;
    this.#violation = this.#block.decode(bytes, at, end, 0, {
      field: (name, value, _mark, neverIndexed) => {
        this.#fields.push({ type: "field", name, value, neverIndexed });
      },
    });
    this.#input.drop();
    this.#fields.reverse();
    const text = this.#fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
    this.#charge(text, this.#fields.length);
  }

  expire(): void {}

  #fail(violation: HpackViolation): void {
    this.#isOver = true;
    this.#violation = violation;
    this.#input.drop();
    this.#charge(0, 0);
  }

  #charge(bytes: number, objects: number): void {
    this.#ledger.release(this.#charged.bytes, this.#charged.objects);
    this.#charged = { bytes: 0, objects: 0 };
    const hit = this.#ledger.charge(bytes, objects);
    if (hit === undefined) this.#charged = { bytes, objects };
    else if (!this.#isOver || this.#violation === undefined) {
      this.#fields = [];
      this.#fail(refuse("hpack.retained.bytes", this.#input.offset, hit));
    }
  }

  #drop(): void {
    this.#block.drop();
    this.#charge(0, 0);
  }
}

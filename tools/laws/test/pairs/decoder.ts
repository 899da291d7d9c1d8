// A small protocol to try the laws on: *( name "=" length ":" content "," ), where a name is letters
// and underscores, a length a decimal number without leading zeros, and content that many bytes.

import {
  defineLimits,
  defineViolations,
  Ledger,
  type Decoder,
  type LimitHit,
  type Limits,
  type LimitValues,
  type Violation,
  type Violations,
} from "@wirewall/limits";

export type PairsLimitName =
  "maxNameBytes" | "maxLengthDigits" | "maxContentBytes" | "pairTimeoutMs" | "maxRetainedBytes";

export const limits: Limits<PairsLimitName> = defineLimits("pairs", [
  { name: "maxNameBytes", default: 64, min: 1, max: 1_048_576, reason: "a word" },
  { name: "maxLengthDigits", default: 7, min: 1, max: 15, reason: "enough for a content" },
  { name: "maxContentBytes", default: 1_048_576, min: 1, max: 1_048_576, reason: "a picture" },
  { name: "pairTimeoutMs", default: 1_000, min: 1, max: 60_000, reason: "a short wait" },
  { name: "maxRetainedBytes", default: 8_192, min: 1_024, max: 4_194_304, reason: "names, input" },
]);

export type PairsCode =
  | "pairs.name.syntax"
  | "pairs.name.too-long"
  | "pairs.length.syntax"
  | "pairs.content.too-large"
  | "pairs.ending"
  | "pairs.truncated"
  | "pairs.retained"
  | "pairs.timeout";

const row = { scope: "connection", spec: "Pairs §1", reply: "close", summary: "" } as const;

export const violations: Violations<PairsCode, string> = defineViolations("pairs", {
  "pairs.name.syntax": row,
  "pairs.name.too-long": row,
  "pairs.length.syntax": row,
  "pairs.content.too-large": row,
  "pairs.ending": row,
  "pairs.truncated": row,
  "pairs.retained": row,
  "pairs.timeout": row,
});

export type PairEvent =
  | { readonly type: "pair"; readonly name: string; readonly length: number }
  | { readonly type: "content"; readonly bytes: Uint8Array }
  | { readonly type: "end" };

export type PairsViolation = Violation<PairsCode, string>;

export interface PairsOptions {
  readonly limits?: { readonly [K in PairsLimitName]?: number };
  readonly ledger?: Ledger;
}

type State = "name" | "length" | "content" | "comma" | "dead";

export class PairsDecoder implements Decoder<PairEvent> {
  protected readonly limits: LimitValues<PairsLimitName>;
  protected readonly ledger: Ledger;
  #state: State = "name";
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #base = 0;
  #ended = false;
  #charged = 0;
  #name: Uint8Array = new Uint8Array(8);
  #nameBytes = 0;
  #length = 0;
  #digits = 0;
  #remaining = 0;
  #now = 0;
  #since: number | undefined;
  #pending: PairsViolation | undefined;

  constructor(options: PairsOptions = {}) {
    this.limits = limits.resolve(options.limits);
    const { maxRetainedBytes } = this.limits;
    this.ledger = new Ledger({
      maxRetainedBytes,
      ...(options.ledger === undefined ? {} : { parent: options.ledger }),
    });
  }

  receive(chunk: Uint8Array, now: number = this.#now): void {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("chunk: expected a Uint8Array");
    this.#now = Math.max(this.#now, now);
    if (this.#state === "dead" || this.#ended) return;
    const unread = this.#input.subarray(this.#at);
    this.#base += this.#at;
    this.#at = 0;
    this.#input = unread.length === 0 ? chunk : together(unread, chunk);
    this.charge(unread.length === 0 ? 0 : this.#input.length);
  }

  next(): PairEvent | PairsViolation | undefined {
    if (this.#pending !== undefined) return this.#die(this.#pending);
    if (this.#state === "dead") return undefined;
    for (; this.#at < this.#input.length; this.#at++) {
      const event = this.#step(this.#input[this.#at] ?? 0);
      if (event !== undefined) return event;
    }
    this.#base += this.#at;
    this.#at = 0;
    this.#input = new Uint8Array(0);
    const inside = this.#state !== "name" || this.#nameBytes > 0;
    if (this.#ended)
      return inside ? this.#die(this.refuse("pairs.truncated", this.#base)) : undefined;
    this.#since = inside ? (this.#since ?? this.#now) : undefined;
    this.charge(0);
    return undefined;
  }

  end(now: number = this.#now): void {
    this.#now = Math.max(this.#now, now);
    this.#ended = true;
  }

  get deadline(): number | undefined {
    if (this.#state === "dead" || this.#ended || this.#since === undefined) return undefined;
    return this.#since + this.limits.pairTimeoutMs;
  }

  expire(now: number): void {
    this.#now = Math.max(this.#now, now);
    if (this.deadline === undefined || now < this.deadline) return;
    this.#pending ??= this.refuse("pairs.timeout", this.#base + this.#input.length);
  }

  get retained(): number {
    return this.ledger.retained;
  }

  /** Reads a length so far, or says that the digit may not follow. */
  protected digit(length: number, digits: number, byte: number): number | undefined {
    if (byte < 0x30 || byte > 0x39 || (digits > 0 && length === 0)) return undefined;
    return length * 10 + (byte - 0x30);
  }

  protected named(_name: string): void {}

  protected mayBeLonger(nameBytes: number): boolean {
    return nameBytes < this.limits.maxNameBytes;
  }

  protected refuse(code: PairsCode, offset: number, limit?: LimitHit): PairsViolation {
    return violations.refuse(code, offset, limit);
  }

  #step(byte: number): PairEvent | PairsViolation | undefined {
    const offset = this.#base + this.#at;
    switch (this.#state) {
      case "name":
        return this.#stepName(byte, offset);
      case "length":
        return this.#stepLength(byte, offset);
      case "content": {
        const count = Math.min(this.#remaining, this.#input.length - this.#at);
        const bytes = this.#input.subarray(this.#at, this.#at + count);
        this.#at += count;
        this.#remaining -= count;
        if (this.#remaining === 0) this.#state = "comma";
        return { type: "content", bytes };
      }
      default:
        if (byte !== 0x2c) return this.#die(this.refuse("pairs.ending", offset));
        this.#at++;
        this.#state = "name";
        this.#since = undefined;
        return { type: "end" };
    }
  }

  #stepName(byte: number, offset: number): PairsViolation | undefined {
    if (byte === 0x3d && this.#nameBytes > 0) {
      this.#state = "length";
      this.#length = this.#digits = 0;
      return undefined;
    }
    const letter = byte | 0x20;
    if (!((letter >= 0x61 && letter <= 0x7a) || byte === 0x5f))
      return this.#die(this.refuse("pairs.name.syntax", offset));
    if (!this.mayBeLonger(this.#nameBytes)) {
      const max = this.limits.maxNameBytes;
      const limit = { name: "maxNameBytes", max, observed: max + 1 };
      return this.#die(this.refuse("pairs.name.too-long", offset, limit));
    }
    if (this.#nameBytes === this.#name.length) {
      const larger = new Uint8Array(this.#name.length * 2);
      larger.set(this.#name);
      this.#name = larger;
    }
    this.#name[this.#nameBytes++] = byte;
    return undefined;
  }

  #stepLength(byte: number, offset: number): PairEvent | PairsViolation | undefined {
    const { maxLengthDigits, maxContentBytes } = this.limits;
    if (byte !== 0x3a || this.#digits === 0) {
      const length = this.digit(this.#length, this.#digits, byte);
      if (length === undefined) return this.#die(this.refuse("pairs.length.syntax", offset));
      if (++this.#digits > maxLengthDigits) {
        const hit = { name: "maxLengthDigits", max: maxLengthDigits, observed: this.#digits };
        return this.#die(this.refuse("pairs.length.syntax", offset, hit));
      }
      this.#length = length;
      return undefined;
    }
    if (this.#length > maxContentBytes) {
      const hit = { name: "maxContentBytes", max: maxContentBytes, observed: this.#length };
      return this.#die(this.refuse("pairs.content.too-large", offset, hit));
    }
    this.#at++;
    const name = new TextDecoder().decode(this.#name.subarray(0, this.#nameBytes));
    this.named(name);
    this.#name = new Uint8Array(8);
    this.#nameBytes = 0;
    this.#remaining = this.#length;
    this.#state = this.#length === 0 ? "comma" : "content";
    return { type: "pair", name, length: this.#length };
  }

  protected charge(inputBytes: number): void {
    this.ledger.release(this.#charged, 0);
    this.#charged = inputBytes + (this.#nameBytes === 0 ? 0 : this.#name.length);
    const limit = this.ledger.charge(this.#charged, 0);
    if (limit === undefined) return;
    this.#charged = 0;
    this.#pending = this.refuse("pairs.retained", this.#base + this.#input.length, limit);
  }

  #die(violation: PairsViolation): PairsViolation {
    this.#state = "dead";
    this.#pending = undefined;
    this.#base += this.#at;
    this.#input = new Uint8Array(0);
    this.#at = 0;
    this.#name = new Uint8Array(0);
    this.#nameBytes = 0;
    this.ledger.close();
    this.#charged = 0;
    return violation;
  }
}

function together(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

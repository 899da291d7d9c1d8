// Keys that never print, for one purpose each, and two at a time: the one in use and the one before it.

/** HMAC-SHA-256; a promise where the platform has no other. */
export type Mac = (
  key: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
) => Uint8Array | Promise<Uint8Array>;

const MIN_KEY_BYTES = 32;
const HASH_BYTES = 32;

/** A secret of at least 32 bytes. Whatever shows it shows `[key]`. */
export class Key {
  /** Is no secret: it says in a token which key made it. */
  readonly id: string;
  readonly #bytes: Uint8Array<ArrayBuffer>;

  /** @throws RangeError for a key that is too short, or all zero, or an id that is none. */
  constructor(id: string, bytes: Uint8Array) {
    if (!/^[\w.-]{1,64}$/.test(id)) throw new RangeError("id: expected 1 to 64 letters or digits");
    if (bytes.length < MIN_KEY_BYTES)
      throw new RangeError(`key: expected at least ${MIN_KEY_BYTES} bytes`);
    if (bytes.every((byte) => byte === 0)) throw new RangeError("key: expected chance, got zeros");
    this.id = id;
    this.#bytes = Uint8Array.from(bytes);
    Object.freeze(this);
  }

  /** The key for one purpose (HKDF-SHA-256, RFC 5869, without salt): never one key for two. */
  async derive(purpose: string, mac: Mac): Promise<Key> {
    if (purpose === "") throw new RangeError("purpose: expected text");
    const info = new TextEncoder().encode(purpose);
    const extracted = ownBytes(await mac(new Uint8Array(HASH_BYTES), this.#bytes));
    const block = new Uint8Array(info.length + 1);
    block.set(info);
    block[info.length] = 1;
    return new Key(this.id, await mac(extracted, block));
  }

  /** HMAC-SHA-256 of those bytes under this key. */
  async sign(data: Uint8Array<ArrayBuffer>, mac: Mac): Promise<Uint8Array<ArrayBuffer>> {
    return ownBytes(await mac(this.#bytes, data));
  }

  toString(): string {
    return "[key]";
  }

  toJSON(): string {
    return "[key]";
  }

  static {
    const inspect = Symbol.for("nodejs.util.inspect.custom");
    Object.defineProperty(Key.prototype, inspect, { value: () => "[key]" });
    Object.freeze(Key.prototype);
  }
}

/** The key that signs, and the one that did and is still believed. */
export interface Keyring {
  readonly active: Key;
  readonly retired?: Key;
}

export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

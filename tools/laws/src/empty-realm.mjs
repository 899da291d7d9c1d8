// An empty realm: the language, TextEncoder and TextDecoder, and nothing from which a program could
// learn the time, a random number or where it runs. The laws and tools/architecture run codecs in it.

import { createContext, runInContext } from "node:vm";

/** The language's own, but able to see the clock, randomness, other threads or the collector. */
const MISSING = [
  "Atomics",
  "Date",
  "FinalizationRegistry",
  "Function",
  "Intl",
  "SharedArrayBuffer",
  "WeakRef",
  "WebAssembly",
  "console",
  "eval",
];

/** Bytes and errors are made inside, so that they are of the realm's own classes. */
const PRELUDE = `"use strict"; {
  const { encode, decode } = host;
  delete globalThis.host;
  for (const name of ${JSON.stringify(MISSING)}) delete globalThis[name];
  delete Math.random;
  globalThis.TextEncoder = class TextEncoder {
    encode(text = "") { return Uint8Array.from(encode(String(text))); }
    encodeInto(text, target) {
      const bytes = encode(String(text));
      const written = Math.min(bytes.length, target.length);
      for (let at = 0; at < written; at++) target[at] = bytes[at];
      return { read: text.length, written };
    }
  };
  globalThis.TextDecoder = class TextDecoder {
    #label; #options;
    constructor(label = "utf-8", options = {}) { this.#label = label; this.#options = options; }
    decode(bytes = new Uint8Array(0)) {
      const text = decode(bytes, this.#label, this.#options.fatal === true, this.#options.ignoreBOM === true);
      if (text === undefined) throw new TypeError("the bytes are not " + this.#label);
      return text;
    }
  };
}`;

/**
 * A new empty realm to run scripts in.
 *
 * @returns {import("node:vm").Context}
 */
export function emptyRealm() {
  const context = createContext(
    { __proto__: null, host: { encode, decode } },
    { codeGeneration: { strings: false, wasm: false } },
  );
  runInContext(PRELUDE, context);
  return context;
}

/** @param {string} text */
function encode(text) {
  return new TextEncoder().encode(text);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} label
 * @param {boolean} fatal
 * @param {boolean} ignoreBOM
 */
function decode(bytes, label, fatal, ignoreBOM) {
  try {
    return new TextDecoder(label, { fatal, ignoreBOM }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

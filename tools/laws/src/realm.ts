// An empty realm: the language, TextEncoder and TextDecoder, and nothing from which a program could
// learn the time, a random number or where it runs. A codec is bundled from its sources into it.

import { fileURLToPath } from "node:url";
import { createContext, Script, type Context } from "node:vm";
import { build, type Plugin } from "esbuild";
import type { RealmSide } from "./realm-side.js";
import { withCountedSteps } from "./steps.js";

const PACKAGES = fileURLToPath(new URL("../../../packages", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const HANG_MS = 15_000;

/** The language's own, but able to see the clock, randomness, other threads or the collector. */
const FORBIDDEN = [
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

const PRELUDE = `
  for (const name of ${JSON.stringify(FORBIDDEN)}) delete globalThis[name];
  delete Math.random;
  {
    const { encode, decoder } = host;
    delete globalThis.host;
    globalThis.TextEncoder = class TextEncoder {
      encode(text = "") { return Uint8Array.from(encode(String(text))); }
    };
    globalThis.TextDecoder = class TextDecoder {
      #decode;
      constructor(label, options) { this.#decode = decoder(label, options); }
      decode(bytes) { return this.#decode(bytes); }
    };
  }
`;

const bundles = new Map<string, Promise<string>>();

/** A codec in an empty realm. */
export async function codecRealm(module: URL): Promise<RealmSide> {
  return enter(await bundled(module, false));
}

/** A codec in an empty realm where every step is counted. */
export async function countedRealm(module: URL): Promise<RealmSide> {
  return enter(withCountedSteps(await bundled(module, true)));
}

/** The global object of a new empty realm, as a context to run scripts in. */
export function emptyRealm(): Context {
  const host = {
    encode: (text: string): Uint8Array => new TextEncoder().encode(text),
    decoder: (
      label?: string,
      options?: ConstructorParameters<typeof TextDecoder>[1],
    ): ((bytes: Uint8Array) => string) => {
      const decoder = new TextDecoder(label, options);
      return (bytes) => decoder.decode(bytes);
    },
  };
  const context = createContext({ host }, { codeGeneration: { strings: false, wasm: false } });
  new Script(PRELUDE).runInContext(context);
  return context;
}

/** Reaches into the realm by texts and numbers only; whatever hangs there is ended. */
function enter(program: string): RealmSide {
  const context = emptyRealm();
  new Script(program).runInContext(context, { timeout: HANG_MS });
  const call = (verb: string, args: readonly unknown[]): unknown => {
    const source = `lawsSide.${verb}(...${JSON.stringify(args)})`;
    return new Script(source).runInContext(context, { timeout: HANG_MS });
  };
  return {
    transcript: (...args) => String(call("transcript", args)),
    count: (...args) => String(call("count", args)),
  };
}

function bundled(module: URL, counted: boolean): Promise<string> {
  const key = `${module.href} ${String(counted)}`;
  const known = bundles.get(key);
  if (known !== undefined) return known;
  const made = bundle(fileURLToPath(module), counted);
  bundles.set(key, made);
  return made;
}

async function bundle(path: string, counted: boolean): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: [
        ...(counted ? ['import "./counted-intrinsics.ts";'] : []),
        'import { install } from "./realm-side.ts";',
        `import * as codec from ${JSON.stringify(path)};`,
        "install(codec);",
      ].join("\n"),
      resolveDir: HERE,
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "iife",
    platform: "neutral",
    target: "es2022",
    logLevel: "silent",
    plugins: [fromSources],
  });
  return outputFiles.map(({ text }) => text).join("");
}

const fromSources: Plugin = {
  name: "from-sources",
  setup(plugins) {
    plugins.onResolve({ filter: /^@wirewall\/[a-z0-9-]+$/ }, ({ path }) => ({
      path: `${PACKAGES}/${path.slice("@wirewall/".length)}/src/index.ts`,
    }));
  },
};

// A codec is bundled from its sources into an empty realm.

import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { build, type Plugin } from "esbuild";
import { emptyRealm } from "./empty-realm.mjs";
import type { RealmSide } from "./realm-side.js";
import { withCountedSteps } from "./steps.js";

const PACKAGES = fileURLToPath(new URL("../../../packages", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const HANG_MS = 15_000;

const bundles = new Map<string, Promise<string>>();

/** A codec in an empty realm. */
export async function codecRealm(module: URL): Promise<RealmSide> {
  return enter(await bundled(module, false));
}

/** A codec in an empty realm where every step is counted. */
export async function countedRealm(module: URL): Promise<RealmSide> {
  return enter(withCountedSteps(await bundled(module, true)));
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

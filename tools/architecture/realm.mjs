// The empty realm: each base and codec package is bundled, loaded where no clock, timer, console,
// randomness or platform exists, and made to read every vector and the corpus, whole and byte by
// byte. What it reads there must be what it reads here.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { build } from "esbuild";
import { emptyRealm } from "../laws/src/empty-realm.mjs";
import { layerOf, layers } from "./layers.mjs";

const TIMEOUT_MS = 60_000;

/** Yields findings, and tells `report` how many inputs each package read. */
export async function* checkRealm(tree, recipes, report = () => {}) {
  const chosen = tree.packages.filter(({ folder }) => layers[layerOf(folder)]?.closed === true);
  const texts = corpusTexts(tree);
  for (const pkg of chosen) {
    const place = pkg.path;
    const recipe = recipes[pkg.folder];
    if (recipe === undefined) {
      yield {
        rule: "realm",
        place,
        message: "has no recipe in tools/architecture/realm-recipes.mjs",
      };
      continue;
    }
    let code;
    try {
      code = await bundle(tree, pkg);
    } catch (error) {
      yield { rule: "realm", place, message: `cannot be bundled alone: ${firstLine(error)}` };
      continue;
    }
    const inputs = recipe.probe === undefined ? [] : texts.map((text) => ({ text }));
    for (const kind of Object.keys(recipe.decoders ?? {})) {
      const found = [...vectorsOf(tree, pkg, recipe, kind), ...corpusOf(tree, recipe, kind)];
      if (found.length === 0)
        yield { rule: "realm", place, message: `no vector and no corpus of the type ${kind}` };
      inputs.push(...found);
    }
    yield* compare(place, code, recipe, inputs);
    report(pkg.folder, inputs.length);
  }
}

function* compare(place, code, recipe, inputs) {
  const driver = driverOf(recipe);
  let drive;
  try {
    drive = vm.runInContext(`${code}\n${driver}`, emptyRealm(), { timeout: TIMEOUT_MS });
  } catch (error) {
    yield { rule: "realm", place, message: `cannot be loaded: ${firstLine(error)}` };
    return;
  }
  const here = vm.runInThisContext(`(() => {${code}\nreturn ${driver}})()`);
  for (const { name, input, kind, text, method } of inputs) {
    const where = name ?? `the text ${JSON.stringify(text)}`;
    const request = JSON.stringify({ input, kind, text, method });
    const result = JSON.parse(drive(request));
    if (result.error !== undefined) {
      yield { rule: "realm", place, message: `${where}: ${result.error}` };
      return;
    }
    if (result.value !== JSON.parse(here(request)).value) {
      yield { rule: "realm", place, message: `${where}: is read differently in the empty realm` };
      return;
    }
  }
}

/** The function that runs one input and returns JSON; the same text runs in both realms. */
function driverOf(recipe) {
  const classes = Object.entries(recipe.decoders ?? {}).map(
    ([kind, { className, prepare = "" }]) =>
      `${JSON.stringify(kind)}: (vector) => {
        const decoder = new subject.${className}();
        ${prepare}
        return decoder;
      }`,
  );
  return `((request) => {
    "use strict";
    const makers = { ${classes.join(",\n")} };
    const probe = (text) => { ${recipe.probe ?? "return undefined;"} };
    const plain = (key, value) => {
      if (value instanceof Uint8Array) return [value.length, value.reduce((sum, byte) => (sum * 31 + byte) % 1000003, 7)];
      if (typeof value === "object" && value !== null && !Array.isArray(value) && typeof value[Symbol.iterator] === "function") return Array.from(value);
      return value === undefined ? null : value;
    };
    const names = () => [Object, Array, Function_, String, Uint8Array]
      .map(({ prototype }) => Object.getOwnPropertyNames(prototype).join()).join();
    const Function_ = (() => {}).constructor;
    const read = (vector, step) => {
      const decoder = makers[vector.kind](vector);
      const events = [];
      const pull = () => {
        for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
          if (event.type === "content") {
            for (const byte of event.bytes) events.push(byte);
            continue;
          }
          events.push(JSON.stringify(event, plain));
          if (event.type === "violation") break;
        }
      };
      const bytes = Uint8Array.from(vector.input, (letter) => letter.charCodeAt(0));
      for (let at = 0; at < bytes.length; at += step) {
        decoder.receive(bytes.slice(at, at + step), 0);
        pull();
      }
      decoder.end(0);
      pull();
      decoder.expire(1e9);
      return events.join(" ");
    };
    try {
      const vector = JSON.parse(request);
      const before = names();
      let value;
      if (vector.kind === undefined) value = JSON.stringify(probe(vector.text), plain);
      else {
        value = read(vector, vector.input.length + 1);
        if (read(vector, 1) !== value) return JSON.stringify({ error: "is read differently byte by byte" });
      }
      if (names() !== before) return JSON.stringify({ error: "changes a prototype" });
      return JSON.stringify({ value });
    } catch (error) {
      return JSON.stringify({ error: error.name + ": " + error.message });
    }
  })`;
}

async function bundle(tree, pkg) {
  const result = await build({
    entryPoints: [join(tree.root, pkg.path, "src", "index.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "subject",
    platform: "neutral",
    target: "es2022",
    logLevel: "silent",
    plugins: [
      {
        name: "from-source",
        setup({ onResolve }) {
          onResolve({ filter: /^@wirewall\/[a-z0-9-]+$/ }, ({ path }) => ({
            path: join(tree.root, "packages", path.slice("@wirewall/".length), "src", "index.ts"),
          }));
        },
      },
    ],
  });
  return result.outputFiles[0].text;
}

function vectorsOf(tree, pkg, recipe, kind) {
  if (recipe.vectors === undefined) return [];
  const path = join(tree.root, pkg.path, recipe.vectors);
  if (!existsSync(path)) return [];
  const cases = JSON.parse(readFileSync(path, "utf8"));
  return cases
    .map(({ type, input, method, title }, at) => ({
      name: title === undefined ? `vector ${at}` : `vector ${at} (${title})`,
      kind: type,
      method,
      input: Buffer.from(input, "base64").toString("latin1"),
    }))
    .filter((vector) => vector.kind === kind);
}

function corpusOf(tree, recipe, kind) {
  const { corpus } = recipe.decoders[kind];
  const folder = join(tree.root, "fuzz-corpus", corpus);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => ({
    name: `fuzz-corpus/${corpus}/${file}`,
    kind,
    input: readFileSync(join(folder, file), "latin1"),
  }));
}

/** Lines of the corpus for packages that read texts, with a few that are hard on any reader. */
function corpusTexts(tree) {
  const texts = new Set([
    "",
    "a",
    "a=b; c=d",
    "[::1]:80",
    "a,b, c",
    "__proto__",
    "constructor",
    "\u0000é",
  ]);
  const folder = join(tree.root, "fuzz-corpus");
  if (existsSync(folder))
    for (const name of readdirSync(folder).filter((entry) => entry.startsWith("http1-")))
      for (const file of readdirSync(join(folder, name)))
        for (const line of readFileSync(join(folder, name, file), "latin1").split("\r\n"))
          if (line.length < 1_000 && texts.size < 2_000) texts.add(line.replace(/^[^:]*: */, ""));
  return [...texts];
}

function firstLine(error) {
  return String(error?.errors?.[0]?.text ?? error?.message ?? error).split("\n", 1)[0];
}

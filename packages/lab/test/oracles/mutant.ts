// The runtime and the lab from their sources, with one place of the runtime changed: what an oracle is
// for is to notice that.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll } from "vitest";

export type RuntimeCopy = typeof import("@wirewall/runtime");
export type LabCopy = typeof import("@wirewall/lab");

/** A file of the runtime, what stands there once, and what is to stand there instead. */
export type Change = readonly [file: string, from: string, to: string];

const folder = mkdtempSync(join(tmpdir(), "wirewall-mutants-"));
afterAll(() => rmSync(folder, { recursive: true }));
const packages = join(import.meta.dirname, "../../..");
const compiled = new Map<string, string>();
let made = 0;

export async function mutant(
  changes: readonly Change[],
): Promise<{ readonly runtime: RuntimeCopy; readonly lab: LabCopy }> {
  const home = join(folder, `${made++}`, "node_modules", "@wirewall");
  for (const name of ["trace", "runtime", "lab"]) {
    const target = join(home, name);
    write(join(target, "package.json"), '{"type":"module","main":"index.js"}');
    const sources = join(packages, name, "src");
    for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const of = changes.filter(([changed]) => name === "runtime" && changed === file);
      write(join(target, file.replace(/ts$/, "js")), javascriptOf(join(sources, file), of));
    }
  }
  const load = (name: string): Promise<unknown> =>
    import(/* @vite-ignore */ pathToFileURL(join(home, name, "index.js")).href);
  return {
    runtime: (await load("runtime")) as RuntimeCopy,
    lab: (await load("lab")) as LabCopy,
  };
}

function javascriptOf(path: string, changes: readonly Change[]): string {
  const known = changes.length === 0 ? compiled.get(path) : undefined;
  if (known !== undefined) return known;
  let source = readFileSync(path, "utf8");
  for (const [file, from, to] of changes) {
    if (source.split(from).length !== 2) throw new Error(`${file}: expected once: ${from}`);
    source = source.replace(from, () => to);
  }
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    },
  });
  if (changes.length === 0) compiled.set(path, outputText);
  return outputText;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

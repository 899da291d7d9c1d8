// Rules of names and sizes: what stands in the root, what a file may be called, how long it may be,
// and that every dependency from outside has its line in docs/dependencies.md.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isGenerated } from "./check-layers.mjs";
import { emptyNames, maxFileLines, maxIndexLines, rootEntries } from "./layers.mjs";
import { isCode, readText, stem } from "./tree.mjs";

/** What git ignores; names with a dot in front belong to tools that look for them there. */
const UNTRACKED = /^\.|^(node_modules|coverage|dist|artifacts)$|\.(tgz|tsbuildinfo)$/;

export function* checkRoot(tree) {
  for (const name of readdirSync(tree.root).sort()) {
    if (!UNTRACKED.test(name) && !rootEntries.has(name))
      yield { rule: "root", place: name, message: "is not on the list of what stands in the root" };
  }
}

export function* checkNames(tree) {
  const told = new Set();
  for (const path of tree.files) {
    const parts = path.split("/");
    for (let end = 2; end <= parts.length; end++) {
      const place = parts.slice(0, end).join("/");
      if (told.has(place) || !emptyNames.has(stem(parts[end - 1]))) continue;
      told.add(place);
      yield { rule: "name", place, message: "the name does not say what is inside" };
    }
  }
}

/** `export *` in tools, tests, fuzz targets and benches; the sources of packages are parsed for it. */
export function* checkStars(tree) {
  for (const path of tree.files) {
    if (!isCode(path) || /^packages\/[^/]+\/src\//.test(path)) continue;
    if (/^export \*/m.test(readText(tree.root, path)))
      yield { rule: "export-star", place: path, message: "export * outside the umbrella" };
  }
}

export function* checkLengths(tree) {
  for (const path of tree.files) {
    if (!isCode(path) || isTable(path)) continue;
    const text = readText(tree.root, path);
    const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
    const isIndex = /^packages\/[^/]+\/src\/index\.ts$/.test(path);
    const max = isIndex ? maxIndexLines : maxFileLines;
    if (lines > max && !isGenerated(text))
      yield { rule: "length", place: path, message: `${lines} lines, at most ${max}` };
  }
}

export function* checkDependencyNotes(tree) {
  const path = "docs/dependencies.md";
  const notes = existsSync(join(tree.root, path)) ? readText(tree.root, path) : "";
  const own = new Set(tree.manifests.map(({ manifest }) => manifest.name));
  const told = new Set();
  for (const { path: place, manifest } of tree.manifests) {
    const kinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
    for (const name of kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}))) {
      if (own.has(name) || told.has(name) || notes.includes(`\`${name}\``)) continue;
      told.add(name);
      yield { rule: "dependency-note", place, message: `${name} has no line in ${path}` };
    }
  }
}

/** Tables may be long: limits, codes, and files that say that they are one. */
function isTable(path) {
  return /(^|\/)(limits|violations|[\w-]+-table|[\w-]+-names)\.ts$/.test(path);
}

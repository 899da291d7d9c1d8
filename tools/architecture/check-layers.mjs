// Who may import whom: by the layers, by the list of edges, and by what a manifest declares.

import { builtinModules } from "node:module";
import { posix as paths } from "node:path";
import {
  ambientFiles,
  ambientNames,
  edges,
  layerOf,
  layers,
  loaderFiles,
  nodeFiles,
} from "./layers.mjs";
import { readSource } from "./source.mjs";
import { readText } from "./tree.mjs";

const SCOPE = "@wirewall/";
const builtins = new Set(builtinModules);

export function* checkLayers(tree) {
  if (tree.packages.length === 0) {
    yield { rule: "empty-tree", place: "packages", message: "no package: nothing was checked" };
    return;
  }
  const byName = new Map(tree.packages.map((pkg) => [pkg.manifest.name, pkg]));
  for (const pkg of tree.packages) {
    const layer = layerOf(pkg.folder);
    yield* checkManifest(pkg, layer, byName);
    if (layer === undefined) continue;
    if (pkg.sources.length === 0)
      yield { rule: "empty-tree", place: `${pkg.path}/src`, message: "no source file" };
    for (const path of pkg.sources) yield* checkSource(tree.root, path, pkg, layer, byName);
  }
}

function* checkManifest(pkg, layer, byName) {
  const place = `${pkg.path}/package.json`;
  const { manifest, folder } = pkg;
  const said = manifest.layer;
  if (layer === undefined)
    yield {
      rule: "layer",
      place,
      message: `${folder} has no layer in tools/architecture/layers.mjs`,
    };
  if (said === undefined) yield { rule: "layer", place, message: "no `layer` field" };
  else if (!Object.hasOwn(layers, said))
    yield { rule: "layer", place, message: `${said} is no layer` };
  else if (layer !== undefined && said !== layer)
    yield { rule: "layer", place, message: `says layer ${said}, the table says ${layer}` };
  const expected = folder === "wirewall" ? "wirewall" : SCOPE + folder;
  if (manifest.name !== expected)
    yield { rule: "layer", place, message: `the name is ${manifest.name}, not ${expected}` };
  if (layer === undefined) return;
  for (const [name, range] of dependenciesOf(manifest)) {
    const target = byName.get(name);
    if (target === undefined && name.startsWith(SCOPE)) {
      yield { rule: "dependency", place, message: `${name} is not a package of this repository` };
      continue;
    }
    if (target === undefined) {
      if (layers[layer].closed)
        yield {
          rule: "third-party",
          place,
          message: `${name}: ${layer} packages have no dependency from outside`,
        };
      else if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range))
        yield { rule: "dependency", place, message: `${name}: ${range} is not an exact version` };
      continue;
    }
    if (range !== target.manifest.version)
      yield {
        rule: "dependency",
        place,
        message: `${name}: ${range} is not its version ${target.manifest.version}`,
      };
    if (!mayImport(folder, target.folder))
      yield { rule: "edge", place, message: `unlisted edge ${folder} → ${target.folder}` };
  }
}

function* checkSource(root, path, pkg, layer, byName) {
  const { pure, closed } = layers[layer];
  const { imports, names, stars, tags, errors } = readSource(path, readText(root, path));
  for (const message of errors) yield { rule: "syntax", place: path, message };
  for (const { kind, from, line } of imports) {
    const place = `${path}:${line}`;
    if (kind === "require") {
      yield { rule: "dynamic-import", place, message: "require: only static imports are checked" };
      continue;
    }
    const isComputed = from === undefined && !loaderFiles.has(path);
    if (kind === "dynamic" && (pure || isComputed))
      yield {
        rule: "dynamic-import",
        place,
        message: pure
          ? `dynamic import in a ${layer} package`
          : "dynamic import of a computed name",
      };
    if (from === undefined) continue;
    yield* checkImport(path, place, from, pkg, layer, byName, closed);
  }
  for (const line of tags)
    yield {
      rule: "tag",
      place: `${path}:${line}`,
      message: "tags are compared in constant time, by areEqual",
    };
  if (layer !== "umbrella")
    for (const line of stars)
      yield {
        rule: "export-star",
        place: `${path}:${line}`,
        message: "export * outside the umbrella",
      };
  else if (stars.length > 0 && !isGenerated(readText(root, path)))
    yield { rule: "export-star", place: path, message: "export * in a file that is not generated" };
  if (!pure || nodeFiles.has(path)) return;
  const told = new Set();
  for (const { name, line } of names) {
    const ambient = ambientNames.has(name) || name.startsWith("Math");
    if (!ambient || name === "Math" || told.has(name)) continue;
    if (ambientFiles.get(path)?.names.includes(name)) continue;
    told.add(name);
    yield {
      rule: "ambient",
      place: `${path}:${line}`,
      message: `names ${name} in a ${layer} package`,
    };
  }
}

function* checkImport(path, place, from, pkg, layer, byName, closed) {
  if (from.startsWith(".")) {
    const target = paths.normalize(paths.join(paths.dirname(path), from));
    if (!target.startsWith(`${pkg.path}/src/`))
      yield { rule: "leaves-src", place, message: `${from} leaves src` };
    return;
  }
  if (from.startsWith("/") || from.startsWith("#") || /^(file|data|https?):/.test(from)) {
    yield { rule: "leaves-src", place, message: `${from} leaves src` };
    return;
  }
  const name = packageName(from);
  if (from.startsWith("node:") || builtins.has(from) || builtins.has(name)) {
    if (layers[layer].pure && !nodeFiles.has(path))
      yield {
        rule: "builtin",
        place,
        message: `${from}: no platform module in a ${layer} package`,
      };
    return;
  }
  const target = byName.get(name);
  if (target !== undefined || name.startsWith(SCOPE)) {
    const folder = target?.folder ?? name.slice(SCOPE.length);
    if (!mayImport(pkg.folder, folder))
      yield { rule: "edge", place, message: `unlisted edge ${pkg.folder} → ${folder}` };
    const subpath = `.${from.slice(name.length)}`;
    if (target !== undefined && !Object.hasOwn(target.manifest.exports ?? {}, subpath))
      yield { rule: "edge", place, message: `${from} is not exported by ${name}` };
  } else if (closed)
    yield {
      rule: "third-party",
      place,
      message: `${name}: ${layer} packages have no dependency from outside`,
    };
  if (!dependenciesOf(pkg.manifest).some(([declared]) => declared === name))
    yield { rule: "undeclared", place, message: `${name} is not in the package's dependencies` };
}

function mayImport(from, to) {
  const above = layerOf(from);
  const below = layerOf(to);
  if (above === undefined || below === undefined) return false;
  return layers[above].imports.includes(below) || edges.has(`${from} → ${to}`);
}

function dependenciesOf(manifest) {
  return ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}),
  );
}

function packageName(from) {
  return from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");
}

export function isGenerated(text) {
  return text.startsWith("// Generated by tools/");
}

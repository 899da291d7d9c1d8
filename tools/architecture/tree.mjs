// Reads the repository once: packages with their manifests and sources, and the names of all files.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Folders that are made by tools and ignored by git. */
const MADE = new Set(["node_modules", "dist", "coverage", "artifacts", "out"]);
const CODE = /\.[cm]?[jt]sx?$/;

/**
 * All paths are relative to `root`.
 *
 * @param {string} root
 */
export function readTree(root) {
  const packages = foldersOf(join(root, "packages"))
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .map((folder) => readPackage(root, folder));
  const manifests = [
    "package.json",
    ...listManifests(root, "packages"),
    ...listManifests(root, "tools"),
  ]
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ path, manifest: readJson(join(root, path)) }));
  return {
    root,
    packages,
    manifests,
    files: [...walk(root, "packages"), ...walk(root, "tools"), ...walk(root, "docs")],
  };
}

export function isCode(path) {
  return CODE.test(path);
}

export function readText(root, path) {
  return readFileSync(join(root, path), "utf8");
}

function readPackage(root, folder) {
  const manifest = readJson(join(root, "packages", folder, "package.json"));
  const sources = [...walk(root, `packages/${folder}/src`)].filter(isCode);
  return { folder, path: `packages/${folder}`, manifest, sources };
}

function listManifests(root, parent) {
  return foldersOf(join(root, parent)).map((folder) => `${parent}/${folder}/package.json`);
}

/** Every file below a folder, tracked or about to be. */
export function* walk(root, from) {
  const start = join(root, from);
  if (!existsSync(start)) return;
  for (const entry of readdirSync(start, { withFileTypes: true })) {
    if (MADE.has(entry.name) || entry.name.startsWith(".")) continue;
    const path = `${from}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile()) yield path;
  }
}

function foldersOf(parent) {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** A file's name up to its first dot. */
export function stem(path) {
  return basename(path).split(".", 1)[0] ?? "";
}

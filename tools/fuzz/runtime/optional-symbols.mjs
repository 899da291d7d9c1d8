// The engine's library under the libc that is here. It needs three symbols of newer versions; both
// versions are marked weak in the library's own table, so that the loader goes on without them,
// and a preloaded shim serves the symbols. npm restores the library, so this runs at every start.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../.runtime/optional-symbols", import.meta.url));
const NEWER = new Set(["GLIBC_2.38", "GLIBCXX_3.4.32"]);
const SHT_GNU_VERNEED = 0x6fff_fffe;
const VER_FLG_WEAK = 2;

const SHIM = `#include <stdlib.h>
long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }
void _ZSt21ios_base_library_initv(void) {}
`;

export function prepareOptionalSymbols() {
  const library = engineLibrary();
  const bytes = readFileSync(library);
  if (markWeak(bytes) > 0) writeFileSync(library, bytes);
  mkdirSync(ROOT, { recursive: true });
  const source = join(ROOT, "shim.c");
  const shim = join(ROOT, "shim.so");
  writeFileSync(source, SHIM);
  try {
    execFileSync("cc", ["-shared", "-fPIC", "-O2", "-o", shim, source], { stdio: "pipe" });
  } catch (error) {
    throw new Error("cc: expected a C compiler to build the shim with", { cause: error });
  }
  return { name: "optional-symbols", node: process.execPath, env: { LD_PRELOAD: shim } };
}

function engineLibrary() {
  const require = createRequire(import.meta.url);
  const core = dirname(require.resolve("@jazzer.js/core/package.json"));
  const fuzzer = dirname(
    createRequire(join(core, "package.json")).resolve("@jazzer.js/fuzzer/package.json"),
  );
  return join(fuzzer, "prebuilds", `fuzzer-linux-${process.arch}.node`);
}

/**
 * Marks the two newer versions weak, in place; the number of entries that were not yet.
 *
 * @throws Error if the file is not an ELF64 library that needs exactly those two.
 */
export function markWeak(bytes) {
  if (
    bytes.length < 64 ||
    bytes.readUInt32BE(0) !== 0x7f45_4c46 ||
    bytes[4] !== 2 ||
    bytes[5] !== 1
  )
    throw new Error("the engine's library is not little-endian ELF64");
  const sections = sectionsOf(bytes);
  const needs = sections.find((section) => section.type === SHT_GNU_VERNEED);
  const names = needs === undefined ? undefined : sections[needs.link];
  if (needs === undefined || names === undefined)
    throw new Error("the engine's library needs no versions");
  let found = 0;
  let marked = 0;
  let need = needs.offset;
  for (let record = 0; record < needs.info; record++) {
    const count = bytes.readUInt16LE(need + 2);
    let entry = need + bytes.readUInt32LE(need + 8);
    for (let i = 0; i < count; i++) {
      if (NEWER.has(textAt(bytes, names.offset + bytes.readUInt32LE(entry + 8)))) {
        found++;
        const flags = bytes.readUInt16LE(entry + 4);
        if ((flags & VER_FLG_WEAK) === 0) {
          bytes.writeUInt16LE(flags | VER_FLG_WEAK, entry + 4);
          marked++;
        }
      }
      entry += bytes.readUInt32LE(entry + 12);
    }
    need += bytes.readUInt32LE(need + 12);
  }
  if (found !== NEWER.size)
    throw new Error(`the engine's library is of an unknown build (${found} newer versions)`);
  return marked;
}

function sectionsOf(bytes) {
  const start = Number(bytes.readBigUInt64LE(0x28));
  const size = bytes.readUInt16LE(0x3a);
  return Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, index) => {
    const at = start + index * size;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: Number(bytes.readBigUInt64LE(at + 0x18)),
      link: bytes.readUInt32LE(at + 0x28),
      info: bytes.readUInt32LE(at + 0x2c),
    };
  });
}

function textAt(bytes, at) {
  return bytes.toString("latin1", at, bytes.indexOf(0, at));
}

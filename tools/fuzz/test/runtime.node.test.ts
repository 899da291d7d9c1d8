import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const { isOldGlibc } = (await import(new URL("../runtime/choose.mjs", import.meta.url).href)) as {
  isOldGlibc(version: string | undefined): boolean;
};
const { systemMirror } = (await import(
  new URL("../runtime/newer-libc.mjs", import.meta.url).href
)) as { systemMirror(folder: string): string };
const { markWeak } = (await import(
  new URL("../runtime/optional-symbols.mjs", import.meta.url).href
)) as { markWeak(bytes: Buffer): number };

describe("the engine's runtime", () => {
  it.each([
    ["2.36", true],
    ["2.37", true],
    ["2.38", false],
    ["2.41", false],
    ["3.0", false],
    [undefined, false],
  ])("glibc %s is older than needed: %s", (version, old) => {
    expect(isOldGlibc(version)).toBe(old);
  });
});

describe("the system's mirror", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mirror-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is the first one of debian.sources", () => {
    mkdirSync(join(folder, "sources.list.d"));
    writeFileSync(
      join(folder, "sources.list.d/debian.sources"),
      "Types: deb\nURIs: http://first.test/debian\nSuites: bookworm\n\nURIs: http://second.test\n",
    );
    expect(systemMirror(folder)).toBe("http://first.test/debian");
  });

  it("is the first one of sources.list where that is all", () => {
    writeFileSync(
      join(folder, "sources.list"),
      "# deb http://no.test x main\ndeb [arch=amd64] http://first.test/debian bookworm main\n",
    );
    expect(systemMirror(folder)).toBe("http://first.test/debian");
  });

  it("is an error where none is named", () => {
    expect(() => systemMirror(folder)).toThrow("names no Debian mirror");
  });
});

describe("marking newer versions weak", () => {
  it("marks exactly two, once", () => {
    const library = libraryNeeding("GLIBC_2.2.5", "GLIBC_2.38", "GLIBCXX_3.4.32");
    expect(markWeak(library)).toBe(2);
    expect(markWeak(library)).toBe(0);
  });

  it("stops at a build that it does not know", () => {
    expect(() => markWeak(libraryNeeding("GLIBC_2.38"))).toThrow("unknown build (1 newer");
    expect(() => markWeak(Buffer.alloc(64))).toThrow("not little-endian ELF64");
  });
});

/** The least of an ELF64 file that has a string table and a table of needed versions. */
function libraryNeeding(...versions: string[]): Buffer {
  const names = Buffer.from(`\0${versions.join("\0")}\0`, "latin1");
  const namesAt = 64;
  const needsAt = namesAt + names.length;
  const needs = Buffer.alloc(16 + 16 * versions.length);
  needs.writeUInt16LE(1, 0);
  needs.writeUInt16LE(versions.length, 2);
  needs.writeUInt32LE(16, 8);
  versions.forEach((version, index) => {
    const at = 16 + 16 * index;
    needs.writeUInt32LE(names.indexOf(version), at + 8);
    needs.writeUInt32LE(16, at + 12);
  });
  const sectionsAt = needsAt + needs.length;
  const sections = Buffer.alloc(2 * 64);
  sections.writeUInt32LE(3, 4);
  sections.writeBigUInt64LE(BigInt(namesAt), 0x18);
  sections.writeUInt32LE(0x6fff_fffe, 64 + 4);
  sections.writeBigUInt64LE(BigInt(needsAt), 64 + 0x18);
  sections.writeUInt32LE(0, 64 + 0x28);
  sections.writeUInt32LE(1, 64 + 0x2c);
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f45_4c46, 0);
  header[4] = 2;
  header[5] = 1;
  header.writeBigUInt64LE(BigInt(sectionsAt), 0x28);
  header.writeUInt16LE(64, 0x3a);
  header.writeUInt16LE(2, 0x3c);
  return Buffer.concat([header, names, needs, sections]);
}

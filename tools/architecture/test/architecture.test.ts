// One planted violation for each rule: a rule that catches nothing would look the same as a clean tree.

import { describe, expect, it } from "vitest";
import { checkArchitecture } from "../check.mjs";
import { manifest, recipes, withTree, type Files } from "./tree.js";

const limitsOnly = { dependencies: { "@wirewall/limits": "0.1.0" } };
const http1 = (code: string): Files => ({ "packages/http1/src/planted.ts": `${code}\n` });
const http1Manifest = (fields: object): Files => ({
  "packages/http1/package.json": manifest("@wirewall/http1", {
    layer: "codec",
    ...limitsOnly,
    ...fields,
  }),
});
const decoder = (body: string): Files => ({
  "packages/http1/src/index.ts": `import { RequestDecoder as Sound } from "./decoder.js";
    export class RequestDecoder extends Sound { protected override read(chunk: Uint8Array): { type: string; first: number } | undefined { ${body} } }`,
});

const planted: readonly (readonly [rule: string, files: Files, finding: string])[] = [
  [
    "a package without a layer",
    http1Manifest({ layer: undefined }),
    "packages/http1/package.json: no `layer` field [layer]",
  ],
  [
    "a layer that does not exist",
    http1Manifest({ layer: "cloud" }),
    "packages/http1/package.json: cloud is no layer [layer]",
  ],
  [
    "a package that moves itself to another layer",
    http1Manifest({ layer: "composition" }),
    "packages/http1/package.json: says layer composition, the table says codec [layer]",
  ],
  [
    "a package that the table does not know",
    {
      "packages/quic/package.json": manifest("@wirewall/quic", { layer: "codec" }),
      "packages/quic/src/index.ts": "export {};\n",
    },
    "packages/quic/package.json: quic has no layer in tools/architecture/layers.mjs [layer]",
  ],
  [
    "an unlisted edge in a manifest",
    {
      "packages/limits/package.json": manifest("@wirewall/limits", {
        layer: "base",
        dependencies: { "@wirewall/http1": "0.1.0" },
      }),
    },
    "packages/limits/package.json: unlisted edge limits → http1 [edge]",
  ],
  [
    "an unlisted edge in a source",
    http1(`import type { pair } from "@wirewall/server";`),
    "packages/http1/src/planted.ts:1: unlisted edge http1 → server [edge]",
  ],
  [
    "an import past what a package exports",
    http1(`import { unit } from "@wirewall/limits/unit.js";`),
    "packages/http1/src/planted.ts:1: @wirewall/limits/unit.js is not exported by @wirewall/limits [edge]",
  ],
  [
    "an undeclared dependency",
    {
      "packages/server/src/planted.ts": `import { unit } from "@wirewall/limits";\nexport { unit };\n`,
    },
    "packages/server/src/planted.ts:1: @wirewall/limits is not in the package's dependencies [undeclared]",
  ],
  [
    "a dependency from outside in a codec's manifest",
    http1Manifest({ dependencies: { "@wirewall/limits": "0.1.0", left: "1.0.0" } }),
    "packages/http1/package.json: left: codec packages have no dependency from outside [third-party]",
  ],
  [
    "a dependency from outside in a base source",
    { "packages/limits/src/planted.ts": `import "left";\n` },
    "packages/limits/src/planted.ts:1: left: base packages have no dependency from outside [third-party]",
  ],
  [
    "a range instead of a version",
    {
      "packages/server/package.json": manifest("@wirewall/server", {
        layer: "composition",
        dependencies: { "@wirewall/http1": "0.1.0", left: "^1.0.0" },
      }),
    },
    "packages/server/package.json: left: ^1.0.0 is not an exact version [dependency]",
  ],
  [
    "a stale version of a neighbour",
    http1Manifest({ dependencies: { "@wirewall/limits": "0.0.9" } }),
    "packages/http1/package.json: @wirewall/limits: 0.0.9 is not its version 0.1.0 [dependency]",
  ],
  [
    "a node: module",
    http1(`import { readFileSync } from "node:fs";`),
    "packages/http1/src/planted.ts:1: node:fs: no platform module in a codec package [builtin]",
  ],
  [
    "a bare builtin with a path",
    http1(`import "fs/promises";`),
    "packages/http1/src/planted.ts:1: fs/promises: no platform module in a codec package [builtin]",
  ],
  [
    "a builtin by import type",
    http1(`import type { Socket } from "net";`),
    "packages/http1/src/planted.ts:1: net: no platform module in a codec package [builtin]",
  ],
  [
    "a builtin by an import inside a type",
    http1(`export type Socket = import("node:net").Socket;`),
    "packages/http1/src/planted.ts:1: node:net: no platform module in a codec package [builtin]",
  ],
  [
    "a builtin by re-export",
    http1(`export { Socket } from "node:net";`),
    "packages/http1/src/planted.ts:1: node:net: no platform module in a codec package [builtin]",
  ],
  [
    "a source that leaves src",
    http1(`import "../../limits/src/unit.js";`),
    "packages/http1/src/planted.ts:1: ../../limits/src/unit.js leaves src [leaves-src]",
  ],
  [
    "a dynamic import in a codec",
    http1(`export const later = () => import("./decoder.js");`),
    "packages/http1/src/planted.ts:1: dynamic import in a codec package [dynamic-import]",
  ],
  [
    "a dynamic import of a computed name anywhere",
    {
      "packages/server/src/planted.ts": `export const load = (name: string) => import(name);\n`,
    },
    "packages/server/src/planted.ts:1: dynamic import of a computed name [dynamic-import]",
  ],
  [
    "require",
    { "packages/server/src/planted.ts": `import net = require("node:net");\nexport { net };\n` },
    "packages/server/src/planted.ts:1: require: only static imports are checked [dynamic-import]",
  ],
  ...["Buffer", "process", "setTimeout", "Date", "console"].map(
    (name) =>
      [
        `${name} in a codec`,
        http1(`export const ambient: unknown = ${name};`),
        `packages/http1/src/planted.ts:1: names ${name} in a codec package [ambient]`,
      ] as const,
  ),
  [
    "Date as a type in a policy package",
    { "packages/authority/src/planted.ts": `export type Moment = Date;\n` },
    "packages/authority/src/planted.ts:1: names Date in a policy package [ambient]",
  ],
  [
    "Math.random",
    http1(`export const dice = Math.random();`),
    "packages/http1/src/planted.ts:1: names Math.random in a codec package [ambient]",
  ],
  [
    "Math.random by destructuring",
    http1(`const { random } = Math;\nexport { random };`),
    "packages/http1/src/planted.ts:1: names Math as a value in a codec package [ambient]",
  ],
  [
    "tags that are compared by ===",
    http1(
      `export const isSame = (tag: string, computedTag: string): boolean => tag === computedTag;`,
    ),
    "packages/http1/src/planted.ts:1: tags are compared in constant time, by areEqual [tag]",
  ],
  [
    "tags of objects that are compared by !==",
    http1(
      `export const differs = (a: { mac: string }, digest: string): boolean => a.mac !== digest;`,
    ),
    "packages/http1/src/planted.ts:1: tags are compared in constant time, by areEqual [tag]",
  ],
  [
    "export * outside the umbrella",
    http1(`export * from "./decoder.js";`),
    "packages/http1/src/planted.ts:1: export * outside the umbrella [export-star]",
  ],
  [
    "export * in a test",
    { "packages/http1/test/planted.ts": `export * from "../src/index.js";\n` },
    "packages/http1/test/planted.ts: export * outside the umbrella [export-star]",
  ],
  [
    "export * by hand in the umbrella",
    { "packages/wirewall/src/planted.ts": `export * from "@wirewall/http1";\n` },
    "packages/wirewall/src/planted.ts: export * in a file that is not generated [export-star]",
  ],
  [
    "a source that cannot be parsed",
    http1("export const = 1;"),
    "packages/http1/src/planted.ts: Unexpected token [syntax]",
  ],
  [
    "something new in the root",
    { Makefile: "all:\n" },
    "Makefile: is not on the list of what stands in the root [root]",
  ],
  [
    "a file whose name says nothing",
    { "packages/http1/src/utils.ts": "export {};\n" },
    "packages/http1/src/utils.ts: the name does not say what is inside [name]",
  ],
  [
    "a folder whose name says nothing",
    { "tools/common/print.mjs": "export {};\n" },
    "tools/common: the name does not say what is inside [name]",
  ],
  [
    "a file that is too long",
    { "packages/http1/test/planted.ts": "//\n".repeat(401) },
    "packages/http1/test/planted.ts: 401 lines, at most 400 [length]",
  ],
  [
    "a table of contents that is too long",
    { "packages/limits/src/index.ts": `export { unit } from "./unit.js";\n${"//\n".repeat(40)}` },
    "packages/limits/src/index.ts: 41 lines, at most 40 [length]",
  ],
  [
    "a dependency without a reason",
    { "docs/dependencies.md": "# none\n" },
    "packages/authority/package.json: left has no line in docs/dependencies.md [dependency-note]",
  ],
  [
    "a package without sources",
    { "packages/server/src/index.ts": undefined },
    "packages/server/src: no source file [empty-tree]",
  ],
  [
    "a clock that is reached through a constructor",
    decoder(
      `const name = ["Da", "te"].join(""); return { type: name, first: (0, (() => {}).constructor)("return " + name + ".now()")() };`,
    ),
    "packages/http1: vector 0: EvalError: Code generation from strings disallowed for this context [realm]",
  ],
  [
    "a decoder that reads the empty realm differently",
    decoder(`return { type: typeof WebAssembly, first: chunk.length };`),
    "packages/http1: vector 0: is read differently in the empty realm [realm]",
  ],
  [
    "a decoder that is not blind to chunks",
    {
      ...decoder(`return { type: "size", first: chunk.length };`),
      "packages/http1/test/vectors/cases.json": JSON.stringify([
        { type: "request", input: Buffer.from("!!").toString("base64") },
      ]),
    },
    "packages/http1: vector 0: is read differently byte by byte [realm]",
  ],
  [
    "a decoder that changes a prototype",
    decoder(`Object.assign(Array.prototype, { planted: chunk }); return undefined;`),
    "packages/http1: vector 0: changes a prototype [realm]",
  ],
  [
    "a codec whose vectors are gone",
    { "packages/http1/test/vectors/cases.json": undefined },
    "packages/http1: no vector and no corpus of the type request [realm]",
  ],
  [
    "a module that cannot be loaded without a platform",
    {
      "packages/http1/src/index.ts": `export { RequestDecoder } from "./decoder.js";\nexport const now = performance.now();\n`,
    },
    "packages/http1: cannot be loaded: performance is not defined [realm]",
  ],
  [
    "a codec without a recipe for the realm",
    {
      "packages/resp/package.json": manifest("@wirewall/resp", { layer: "codec" }),
      "packages/resp/src/index.ts": "export {};\n",
    },
    "packages/resp: has no recipe in tools/architecture/realm-recipes.mjs [realm]",
  ],
];

describe("planted violations", () => {
  it.each(planted)("%s", async (_rule, files, finding) => {
    expect(await findingsOf(files)).toContain(finding);
  });

  it("an empty tree", async () => {
    const nothing = Object.fromEntries(
      await withTree({}, async (root) => {
        const { readTree } = await import("../tree.mjs");
        return readTree(root).files.map((path: string) => [path, undefined] as const);
      }),
    );
    expect(await findingsOf({ ...nothing, "docs/dependencies.md": "" })).toEqual([
      "packages: no package: nothing was checked [empty-tree]",
    ]);
  });
});

describe("a clean tree", () => {
  it("has no finding and tells what was read", async () => {
    const result = await withTree({}, (root) => checkArchitecture(root, recipes));
    expect(result.findings).toEqual([]);
    expect(result.summary).toMatch(/^5 packages, 8 sources; .*http1 1, limits 8$/);
  });

  it("has no finding with a corpus", async () => {
    expect(await findingsOf({ "fuzz-corpus/http1-request/one": "!x\r\nHost: a\r\n" })).toEqual([]);
  });
});

async function findingsOf(files: Files): Promise<string[]> {
  const { findings } = await withTree(files, (root) => checkArchitecture(root, recipes));
  return findings.map(
    (finding: { rule: string; place: string; message: string }) =>
      `${finding.place}: ${finding.message} [${finding.rule}]`,
  );
}

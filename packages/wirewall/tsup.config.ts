import { readFileSync } from "node:fs";
import { base } from "../../tools/tsup/base.js";

const manifest = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
  exports: Record<string, unknown>;
};

/** Every subpath that package.json exports is a file of that name; the command line has none. */
const subpaths = Object.keys(manifest.exports)
  .filter((name) => name !== "." && name !== "./package.json")
  .map((name) => `src/${name.slice(2)}.ts`);

export default {
  ...base(["src/index.ts", "src/cli.ts", ...subpaths], "node"),
  define: { WIREWALL_VERSION: JSON.stringify(manifest.version) },
};

// `node tools/laws/exponent.mjs [FILTER] [--json FILE]`: fits CPU time over size for every hostile
// shape of every decoder that is registered with the laws. Exit code 0: all at most 1.1; 1: some
// are not; 3: the planted controls did not come out, so the run says nothing.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const MOST = 1.1;
const LEAST_QUADRATIC = 1.8;
const PIECES = [1, 16, 65_536];

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`exponent: ${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});

async function main(args) {
  const { filter, json } = readArguments(args);
  const { timed, codecs } = await load();
  const quadratic = report(timed.quadraticControl());
  const linear = report(timed.linearControl());
  if (quadratic.exponent < LEAST_QUADRATIC || linear.exponent > MOST) {
    process.stderr.write("exponent: the controls did not come out; the run is void\n");
    return 3;
  }
  const results = [];
  for (const [name, codec] of codecs)
    for (const shape of codec.shapes)
      for (const pieceBytes of PIECES) {
        const title = `${name}: ${shape.name}`;
        if (filter !== undefined && !title.includes(filter)) continue;
        const { exponent, fits } = timed.timedShape(codec, shape, pieceBytes);
        results.push(report({ name: `${title}, pieces of ${pieceBytes}`, exponent, fits }));
      }
  if (results.length === 0) throw new Error(`no shape matches ${filter}`);
  if (json !== undefined) {
    const lines = [quadratic, linear, ...results].map((result) => JSON.stringify(result));
    writeFileSync(json, `${lines.join("\n")}\n`);
  }
  const above = results.filter(({ exponent }) => exponent > MOST);
  process.stdout.write(
    `${results.length} shapes, ${above.length} above ${MOST}; highest ${Math.max(...results.map(({ exponent }) => exponent)).toFixed(2)}\n`,
  );
  return above.length === 0 ? 0 : 1;
}

function readArguments(args) {
  let filter;
  let json;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--json") json = rest.shift();
    else if (arg.startsWith("-")) throw new Error(`unknown option ${arg}`);
    else filter = arg;
    if (arg === "--json" && json === undefined) throw new Error("--json expects a file");
  }
  return { filter, json };
}

function report(result) {
  const exponent = result.exponent.toFixed(2).padStart(6);
  const fits = result.fits.map((fit) => fit.toFixed(2)).join(", ");
  process.stdout.write(`${exponent}  ${result.name} (${fits})\n`);
  return result;
}

/** Every file `packages/*\/test/laws/*.ts` that exports a codec, bundled from the sources. */
async function load() {
  const paths = readdirSync(join(ROOT, "packages"))
    .map((name) => join(ROOT, "packages", name, "test/laws"))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith(".codec.ts"));
  const contents = [
    'export * as timed from "./src/timed.ts";',
    ...paths.map((path, index) => `import * as codec${index} from ${JSON.stringify(path)};`),
    `export const codecs = [${paths.map((path, index) => `[${JSON.stringify(nameOf(path))}, codec${index}]`).join(", ")}];`,
  ].join("\n");
  const folder = mkdtempSync(join(tmpdir(), "exponent-"));
  const outfile = join(folder, "codecs.mjs");
  try {
    await build({
      stdin: { contents, resolveDir: HERE, loader: "ts" },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      plugins: [
        {
          name: "from-sources",
          setup(plugins) {
            plugins.onResolve({ filter: /^@wirewall\/[a-z0-9-]+$/ }, ({ path }) => ({
              path: join(ROOT, "packages", path.slice("@wirewall/".length), "src/index.ts"),
            }));
          },
        },
      ],
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function nameOf(path) {
  const [, name] = /packages\/([^/]+)\//.exec(path) ?? [];
  return `${name} ${/([^/]+)\.codec\.ts$/.exec(path)?.[1]}`;
}

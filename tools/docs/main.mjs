// node tools/docs [--check] [--results FILE]...: writes what is generated from the packages and the
// tests, or with --check says what is stale. --results takes vitest's JSON and fails if a tagged
// test did not pass. The packages have to be built.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { assuranceFile, judgeResults } from "./assurance.mjs";
import { readPackages } from "./packages.mjs";
import { limitsPage, readmeFiles, violationsPage } from "./tables.mjs";
import { umbrellaFiles } from "./umbrella.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { checkOnly, results, unknown } = readArguments(process.argv.slice(2));

if (unknown.length > 0) {
  process.stderr.write(
    `docs: ${unknown.join(" ")}: usage: node tools/docs [--check] [--results FILE]...\n`,
  );
  process.exitCode = 2;
} else if (results.length > 0) {
  const { problems, summary } = judgeResults(root, results);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(`assurance: ${summary}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else await generate(checkOnly);

function readArguments(args) {
  const read = { checkOnly: false, results: [], unknown: [] };
  while (args.length > 0) {
    const arg = args.shift();
    if (arg === "--check") read.checkOnly = true;
    else if (arg === "--results" && args.length > 0) read.results.push(args.shift());
    else read.unknown.push(arg);
  }
  return read;
}

async function generate(check) {
  const packages = await readPackages(root);
  const files = [
    ...readmeFiles(root, packages),
    { path: "docs/limits.md", text: limitsPage(packages) },
    { path: "docs/violations.md", text: violationsPage(packages) },
    assuranceFile(root),
    ...umbrellaFiles(root, packages),
  ];
  let stale = 0;
  for (const { path, text } of files) {
    const place = join(root, path);
    const before = existsSync(place) ? readFileSync(place, "utf8") : undefined;
    const after = await format(text, { ...(await resolveConfig(place)), filepath: place });
    if (before === after) continue;
    stale++;
    if (check) process.stdout.write(`${path}: stale, run \`npm run docs\`\n`);
    else {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, after);
      process.stdout.write(`${path}: written\n`);
    }
  }
  if (stale === 0) process.stdout.write(`docs: ${files.length} generated files are up to date\n`);
  process.exitCode = check && stale > 0 ? 1 : 0;
}

// node tools/ssrf [--check]: executes the table and writes docs/ssrf.md, or says whether it is still so. The packages have to
// be built.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { execute, pageOf } from "./table.mjs";

const page = fileURLToPath(new URL("../../docs/ssrf.md", import.meta.url));
const [option, ...rest] = process.argv.slice(2);

if (rest.length > 0 || (option !== undefined && option !== "--check")) {
  process.stderr.write(`ssrf: ${[option, ...rest].join(" ")}: usage: node tools/ssrf [--check]\n`);
  process.exitCode = 2;
} else {
  const rows = await execute();
  const text = await format(pageOf(rows), { ...(await resolveConfig(page)), filepath: page });
  const passed = rows.filter(({ ours }) => ours !== "refused");
  for (const { url } of passed) process.stdout.write(`the authority lets ${url} through\n`);
  if (option === undefined) writeFileSync(page, text);
  const isStale = option === "--check" && readFileSync(page, "utf8") !== text;
  if (isStale) process.stdout.write("docs/ssrf.md: not what was executed, run `node tools/ssrf`\n");
  process.stdout.write(`ssrf: ${rows.length} spellings, ${passed.length} reach something\n`);
  process.exitCode = passed.length === 0 && !isStale ? 0 : 1;
}

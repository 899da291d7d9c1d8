// node tools/architecture: one line per finding and exit code 1, or one clean line and 0.

import { fileURLToPath } from "node:url";
import { checkArchitecture } from "./check.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { findings, summary } = await checkArchitecture(root);
for (const { rule, place, message } of findings)
  process.stdout.write(`${place}: ${message} [${rule}]\n`);
process.stdout.write(
  findings.length === 0
    ? `architecture: clean (${summary})\n`
    : `architecture: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;

// node tools/setup/closing.mjs CODE FILE...: one line from vitest's JSON results, in plain words
// that any continuous integration can read. Fails if a test failed or none ran.

import { existsSync, readFileSync } from "node:fs";

const [code = "0", ...files] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of files.filter((path) => existsSync(path))) {
  const results = JSON.parse(readFileSync(file, "utf8"));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  // A file that cannot be loaded has no test that could fail.
  if (!results.success && results.numFailedTests === 0) failed++;
}
if (code !== "0" && failed === 0) failed = 1;
process.stdout.write(`tests: ${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

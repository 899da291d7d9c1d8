#!/usr/bin/env node
// Stands in the repository, unlike dist/cli.js, because npm links only a file that is there when
// it installs.

import("../dist/cli.js").catch((error) => {
  if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write("error: wirewall is not built or not installed: run `npm run build`\n");
  process.exitCode = 2;
});

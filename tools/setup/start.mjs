// npm start: on a fresh clone too, the guard. What follows `npm start --` goes to `wirewall guard`.
//
// The command line is loaded into this process instead of a child of it, so that signals, the
// terminal and the exit code are its own.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare, root } from "./prepare.mjs";

const code = await prepare();
if (code !== 0) process.exit(code);

const cli = join(root, "packages", "wirewall", "dist", "cli.js");
process.argv = [process.argv[0] ?? process.execPath, cli, "guard", ...process.argv.slice(2)];
await import(pathToFileURL(cli).href);

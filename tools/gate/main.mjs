// npm run gate: executes what the release promises, and says what broke. Exit code 0 pass or warn (with --strict warn is 1),
// 1 fail, 2 wrong use or a policy that cannot be read.

import { prepare } from "../setup/prepare.mjs";

// What the gate is made of is built first.
const code = await prepare();
process.exitCode =
  code === 0 ? await (await import("./command.mjs")).main(process.argv.slice(2)) : code;

// wrk, one thread. Any socket error and any answer but 2xx fails the run.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findProgram } from "../programs.mjs";

const run = promisify(execFile);

/** Keep-alive load on so many connections for so many seconds. */
export function wrk({ connections, seconds }) {
  return {
    async run(port, name) {
      const args = ["-t1", `-c${connections}`, `-d${seconds}s`, `http://127.0.0.1:${port}/`];
      const { stdout } = await run(findProgram("wrk") ?? "wrk", args);
      return parseWrk(stdout, name);
    },
    stop() {},
  };
}

/** The requests that wrk counted. */
export function parseWrk(text, name) {
  const faults = /^\s*(Socket errors:.*|Non-2xx or 3xx responses:.*)$/m.exec(text);
  if (faults !== null) throw new Error(`${name}: wrk says ${faults[1].trim()}`);
  const requests = Number(/^\s*(\d+) requests in /m.exec(text)?.[1]);
  if (!(requests > 0)) throw new Error(`${name}: wrk counted no requests`);
  return { requests };
}

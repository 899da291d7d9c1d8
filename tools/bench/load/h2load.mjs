// h2load on cleartext HTTP/2 with prior knowledge. Any failed request fails the run.

import { execFile } from "node:child_process";
import { connect } from "node:http2";
import { promisify } from "node:util";
import { findProgram } from "../programs.mjs";

const run = promisify(execFile);

/** So many streams at once on each of so many connections, for so many seconds, over these paths. */
export function h2load({ connections, streams, seconds, paths = ["/"], fields = [] }) {
  return {
    answer,
    async run(port, name) {
      const args = [`-c${connections}`, `-m${streams}`, "-D", String(seconds), "--warm-up-time=0"];
      for (const field of fields) args.push("-H", field);
      for (const path of paths) args.push(`http://127.0.0.1:${port}${path}`);
      const { stdout } = await run(findProgram("h2load") ?? "h2load", args);
      return parseH2load(stdout, name);
    },
    stop() {},
  };
}

/** The requests that h2load counted. */
export function parseH2load(text, name) {
  const counts = /^requests: .*?(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored/m.exec(
    text,
  );
  if (counts === null) throw new Error(`${name}: h2load counted no requests`);
  const [, done, succeeded, failed, errored] = counts.map(Number);
  if (failed > 0 || errored > 0 || succeeded < 1 || succeeded !== done)
    throw new Error(`${name}: h2load says ${counts[0]}`);
  return { requests: succeeded };
}

/** What the server answers, as `fetch` would say it. */
function answer(port) {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("error", reject);
    const stream = session.request({ ":path": "/" });
    let headers = {};
    let content = "";
    stream.setEncoding("utf8");
    stream.on("response", (given) => (headers = given));
    stream.on("data", (piece) => (content += piece));
    stream.on("error", reject);
    stream.on("end", () => {
      session.close();
      resolve({ status: headers[":status"], type: headers["content-type"] ?? "", content });
    });
  });
}

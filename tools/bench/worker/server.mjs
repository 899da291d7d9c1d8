// Runs one server, or one program, in a process of its own, and says what it used.

import { answerParent, cpuMicros } from "./answering.mjs";

let running;

answerParent({
  /** Starts it and says where it listens. */
  async start({ url, options }) {
    const { start } = await import(url);
    running = await start(options ?? {});
    return { port: running.port, pid: running.pid ?? process.pid };
  },

  /** Microseconds of CPU time so far. */
  cpu: () => (running.cpuMicros ?? cpuMicros)(),

  /** Bytes of resident memory, after everything that can be collected was. */
  async memory() {
    for (let pass = 0; pass < 4; pass++) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return process.memoryUsage.rss();
  },

  /** What the server says of itself. */
  report: () => running.report(),

  /** Bytes of resident memory as it is. */
  rss: () => process.memoryUsage.rss(),
});

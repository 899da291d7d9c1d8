// Servers of one test, closed after it whatever happened.

import { afterEach } from "vitest";
import { serve, type ServeOptions, type Server } from "../src/index.js";

const running: Server[] = [];

export async function start(options: ServeOptions): Promise<Server> {
  const server = await serve(options);
  running.push(server);
  return server;
}

/** Counts what no test may leave behind. */
export const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close({ timeoutMs: 0 })));
  const left = unhandled.splice(0);
  if (left.length > 0) throw new Error("unhandled rejection", { cause: left[0] });
});

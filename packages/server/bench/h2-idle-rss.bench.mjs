// What an idle connection of HTTP/2 holds after one request.

import { expected, nodeHttp2 } from "./hello.mjs";

export const plan = {
  title: "resident memory per idle HTTP/2 connection, serve()",
  kind: "idle-memory",
  unit: "KiB",
  expected,
  clients: "idle-sessions.mjs",
  comparisons: [{ ...nodeHttp2, goal: 1.8 }],
};

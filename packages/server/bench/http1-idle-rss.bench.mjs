// What an idle connection holds after one request.

import { expected, floor, nodeHttp } from "./hello.mjs";

export const plan = {
  title: "resident memory per idle connection, serve()",
  kind: "idle-memory",
  unit: "KiB",
  expected,
  comparisons: [{ ...nodeHttp, atMost: 12 }, floor],
};

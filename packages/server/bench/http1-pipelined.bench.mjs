// Sixteen requests per write on 8 connections.

import { pipelined } from "../../../tools/bench/load/pipelined.mjs";
import { expected, floor, hono, honoPlatform, nodeHttp } from "./hello.mjs";

export const plan = {
  title: "hello, 8 connections, 16 requests per write, serve()",
  kind: "servers",
  unit: "us/request",
  expected,
  load: () => pipelined({ connections: 8, depth: 16, seconds: 2, expected }),
  comparisons: [{ ...nodeHttp, goal: 8 }, hono, honoPlatform, floor],
};

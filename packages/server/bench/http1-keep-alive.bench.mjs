// One request after the other on 16 connections.

import { wrk } from "../../../tools/bench/load/wrk.mjs";
import { expected, floor, hono, honoPlatform, nodeHttp } from "./hello.mjs";

export const plan = {
  title: "hello, wrk -t1 -c16, serve()",
  kind: "servers",
  unit: "us/request",
  needs: ["wrk"],
  expected,
  load: () => wrk({ connections: 16, seconds: 2 }),
  comparisons: [{ ...nodeHttp, goal: 1.5 }, hono, honoPlatform, floor],
};

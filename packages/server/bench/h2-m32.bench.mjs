// Many requests at once on 8 connections of HTTP/2.

import { h2load } from "../../../tools/bench/load/h2load.mjs";
import { expected, nodeHttp2 } from "./hello.mjs";

export const plan = {
  title: "hello, h2load -c8 -m32, serve()",
  kind: "servers",
  unit: "us/request",
  needs: ["h2load"],
  expected,
  load: () => h2load({ connections: 8, streams: 32, seconds: 2 }),
  comparisons: [{ ...nodeHttp2, goal: 8 }],
};

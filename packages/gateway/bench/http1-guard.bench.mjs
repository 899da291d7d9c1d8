// A gateway in front of one small, fast upstream, against a proxy on node:http and against nginx.

import { wrk } from "../../../tools/bench/load/wrk.mjs";
import { programVersion } from "../../../tools/bench/programs.mjs";
import { packageVersion } from "../../../tools/bench/report.mjs";

const peer = (file) => new URL(`../../../tools/bench/peers/${file}`, import.meta.url);
const ours = new URL("guard.mjs", import.meta.url);

export const plan = {
  title: "hello through a gateway, wrk -t1 -c16, createGateway()",
  kind: "servers",
  unit: "us/request",
  needs: ["wrk"],
  warmUpRounds: 4,
  upstream: peer("node-net.mjs"),
  expected: { status: 200, content: "Hello, world!", type: "text/plain" },
  load: () => wrk({ connections: 16, seconds: 2 }),
  comparisons: [
    {
      peer: "http-proxy-3",
      ours,
      theirs: peer("http-proxy-3.mjs"),
      goal: 2,
      version: () => packageVersion("http-proxy-3"),
    },
    {
      peer: "nginx",
      ours,
      theirs: peer("nginx.mjs"),
      needs: ["nginx", "linux"],
      version: () => programVersion("nginx", "-v"),
    },
  ],
};

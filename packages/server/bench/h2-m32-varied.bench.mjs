// As h2-m32, with fields of a browser and 64 paths: what is not the same each time enters no table,
// or pushes out what did.

import { h2load } from "../../../tools/bench/load/h2load.mjs";
import { expected, nodeHttp2 } from "./hello.mjs";

const paths = Array.from({ length: 64 }, (_, at) => `/items/${at * 7_919}?page=${at}`);
const fields = [
  "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-language: en-US,en;q=0.5",
  "cookie: session=8f14e45fceea167a5a36dedd4bea2543",
  "user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
];

export const plan = {
  title: "hello, h2load -c8 -m32 with varied requests, serve()",
  kind: "servers",
  unit: "us/request",
  needs: ["h2load"],
  expected,
  load: () => h2load({ connections: 8, streams: 32, seconds: 2, paths, fields }),
  comparisons: [nodeHttp2],
};

// What all servers of these benches say, and the peers that say it too.

import { packageVersion } from "../../../tools/bench/report.mjs";

export const expected = { status: 200, content: "Hello, world!", type: "text/plain" };

export const exchange = new URL("hello-exchange.mjs", import.meta.url);
const fetchHandler = new URL("hello-fetch.mjs", import.meta.url);
const platformResponse = new URL("hello-fetch-platform.mjs", import.meta.url);

const peer = (file) => new URL(`../../../tools/bench/peers/${file}`, import.meta.url);

export const nodeHttp = {
  peer: "node:http",
  ours: exchange,
  theirs: peer("node-http.mjs"),
  version: () => `Node ${process.versions.node}`,
};

export const nodeHttp2 = {
  peer: "node:http2",
  ours: exchange,
  theirs: peer("node-http2.mjs"),
  version: () => `Node ${process.versions.node}, its stream API`,
};

export const hono = {
  peer: "@hono/node-server",
  ours: fetchHandler,
  oursName: "wirewall (fetch)",
  theirs: peer("hono-node-server.mjs"),
  version: () => `${packageVersion("@hono/node-server")}, ${packageVersion("hono")}`,
};

export const honoPlatform = {
  ...hono,
  ours: platformResponse,
  oursName: "wirewall (fetch, platform's Response)",
  variant: "the platform's Response on our side",
};

export const floor = {
  peer: "node:net",
  ours: exchange,
  theirs: peer("node-net.mjs"),
  floor: true,
};

// http-proxy-3 with what its users set: kept-alive connections upstream, X-Forwarded-* on.

import { Agent, createServer } from "node:http";
import httpProxy from "http-proxy-3";
import { listening } from "./listening.mjs";

export function start({ upstream }) {
  const proxy = httpProxy.createProxyServer({
    target: { host: "127.0.0.1", port: upstream },
    agent: new Agent({ keepAlive: true }),
    xfwd: true,
  });
  proxy.on("error", (_error, _request, response) => response.destroy());
  return listening(createServer((request, response) => proxy.web(request, response)));
}

// The filters, each used as its documentation says. An answer is "refused", "let through", or undefined where there is nothing to
// ask it: a name, of one that judges addresses, or one that does not resolve here.

import { get } from "node:http";
import { createRequire } from "node:module";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import isPrivate from "private-ip";
import { isSSRFSafeURL } from "ssrfcheck";

const require = createRequire(import.meta.url);
const ip = require("ip");
const ssrfFilter = require("ssrf-req-filter");
const { RequestFilteringHttpAgent } = require("request-filtering-agent");

/** How long nothing may happen until a connection was evidently tried. */
const TRIED_MS = 400;

/** The host of a URL, as whoever asks a filter of addresses takes it. */
function hostOf(url) {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

function ofAddress(isSafe) {
  return async (url) => {
    const host = hostOf(url);
    return isIP(host) === 0 ? undefined : said(isSafe(host));
  };
}

const said = (isSafe) => (isSafe ? "let through" : "refused");

export const filters = [
  { name: "ssrfcheck", ask: async (url) => said(isSSRFSafeURL(url)) },
  { name: "private-ip", ask: ofAddress((host) => isPrivate(host) !== true) },
  { name: "ip", ask: ofAddress((host) => !isPrivateBy(host)) },
  { name: "ipaddr.js", ask: ofAddress(isUnicast) },
  {
    name: "request-filtering-agent",
    ask: (url) => tried(url, () => new RequestFilteringHttpAgent()),
  },
  { name: "ssrf-req-filter", ask: (url) => tried(url, () => ssrfFilter(url)) },
];

/** It throws for what it does not understand, which a caller has to take for a refusal. */
function isPrivateBy(host) {
  try {
    return ip.isPrivate(host) || ip.isLoopback(host);
  } catch {
    return true;
  }
}

/** `process` takes the IPv4 address out of a mapped one. */
function isUnicast(host) {
  return ipaddr.process(host).range() === "unicast";
}

/** Whether a request with that agent is refused by it, or goes out. */
function tried(url, makeAgent) {
  return new Promise((resolve) => {
    let request;
    try {
      request = get(new URL(url), { agent: makeAgent(), timeout: TRIED_MS });
    } catch {
      return resolve("refused");
    }
    const done = (answer) => {
      resolve(answer);
      request.destroy();
    };
    request.on("response", () => done("let through"));
    request.on("timeout", () => done("let through"));
    request.on("error", ({ code }) => {
      if (UNRESOLVED.includes(code)) done(undefined);
      else done(TRIED.includes(code) ? "let through" : "refused");
    });
  });
}

/** What the system says when a connection was tried. */
const TRIED = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EADDRNOTAVAIL",
  "EINVAL",
];
const UNRESOLVED = ["ENOTFOUND", "EAI_AGAIN"];

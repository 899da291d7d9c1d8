// The target as an origin server is asked (RFC 9112 §3.2.1): a gateway's client that spoke to it as
// to a proxy, in absolute-form, means the same. The decoder has made sure that Host agrees.

import type { ExchangeHead } from "@wirewall/server";

export function originTarget(head: ExchangeHead): string {
  const { form, target, method } = head;
  if (form !== "absolute") return target;
  const start = target.indexOf("://") + 3;
  let at = start;
  while (at < target.length && target[at] !== "/" && target[at] !== "?") at++;
  const rest = target.slice(at);
  if (rest === "") return method === "OPTIONS" ? "*" : "/";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

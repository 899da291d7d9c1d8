// Invariant: a URL that is allowed leads to no address that is denied, however it is read: by WHATWG, by the older parser of Node, or by
// inet_aton, which takes parts in octal and hexadecimal; and a decision never throws.

import { BlockList, isIP, isIPv4 } from "node:net";
import { parse } from "node:url";
import { FetchGrant, judgeFetch } from "../src/index.js";

/** Apart, since an IPv4 address is in the list of IPv6 by its mapped form. */
const special = { v4: new BlockList(), v6: new BlockList() };
for (const [block, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  special.v4.addSubnet(block, bits, "ipv4");
for (const [block, bits] of [
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
] as const)
  special.v6.addSubnet(block, bits, "ipv6");

export function fuzz(data: Uint8Array): void {
  const text = new TextDecoder().decode(data);
  const written = originOf(text);
  const origins = written === undefined ? [] : [written];
  const methods = ["GET"];
  for (const grant of [
    new FetchGrant({ origins, methods }),
    new FetchGrant({ origins: ["*"], methods }),
  ]) {
    const judged = judgeFetch(grant, {
      url: text,
      method: "GET",
      fields: [],
      asksForCredentials: false,
    });
    if (judged.type !== "allowed") continue;
    const { hostname, protocol } = judged.url;
    if (!/^(?:(?:[a-z0-9_-]+\.)+[a-z0-9_-]+|\[[0-9a-f:]+\])$/.test(hostname))
      throw new Error(`a host of ${JSON.stringify(hostname)}`);
    for (const host of [hostname, parse(text).hostname ?? ""]) refuseSpecial(host);
    if (protocol !== "http:" && protocol !== "https:") throw new Error(`the scheme ${protocol}`);
    if (/^(?:localhost6?|ip6-.*|[^.[]*)$|\.(?:local|internal|localhost|onion)$/.test(hostname))
      throw new Error(`the name ${hostname}`);
  }
}

function originOf(text: string): string | undefined {
  try {
    const { origin } = new URL(text);
    return new FetchGrant({ origins: [origin] }).origins.size === 1 ? origin : undefined;
  } catch {
    return undefined;
  }
}

function refuseSpecial(host: string): void {
  const bare = host.replace(/^\[|\]$/g, "");
  const address = isIP(bare) === 0 ? inetAton(bare) : isIPv4(bare) ? bare : canonical(bare);
  if (address === undefined) return;
  const carried = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  if (carried !== null) {
    const [high = 0, low = 0] = carried.slice(1).map((part) => Number.parseInt(part, 16));
    return refuseSpecial(`${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`);
  }
  if (address.startsWith("64:ff9b::")) return;
  const isSpecial = isIPv4(address)
    ? special.v4.check(address, "ipv4")
    : special.v6.check(address, "ipv6");
  if (isSpecial) throw new Error(`it allows ${address}`);
}

/** The one way to write an IPv6 address, without which the forms below are not seen. */
function canonical(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** One to four parts, each in decimal, octal or hexadecimal, of which the last fills what is left. */
function inetAton(host: string): string | undefined {
  const parts = host.split(".");
  if (parts.length > 4 || !parts.every((part) => /^(?:0x[0-9a-f]*|\d+)$/i.test(part)))
    return undefined;
  const numbers = parts.map((part) =>
    /^0x/i.test(part)
      ? Number.parseInt(part.slice(2) || "0", 16)
      : Number.parseInt(part, part.startsWith("0") ? 8 : 10),
  );
  const last = numbers.pop() ?? 0;
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length))
    return undefined;
  const value = numbers.reduce((sum, number, at) => sum + number * 256 ** (3 - at), 0) + last;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

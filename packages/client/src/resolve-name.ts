// From a name to the bytes of its addresses. What a resolver says is untrusted: only what is an address counts.

import { addressV4, addressV6 } from "@wirewall/fields";

import { lookup, Resolver } from "node:dns/promises";

export interface Answers {
  /** Of 4 or 16 bytes each. */
  readonly addresses: readonly Uint8Array[];
  /** How long they may be used; 0 for once. */
  readonly ageMs: number;
}

export type ResolveName = (name: string) => Promise<Answers>;

/** As all programs of this machine resolve, its hosts file included. How long that holds is not said. */
export const systemResolver: ResolveName = async (name) => {
  const found = await lookup(name, { all: true, verbatim: true });
  return { addresses: found.map(({ address }) => bytesOf(address)), ageMs: 0 };
};

/** By the servers given, such as `10.0.0.2:53`; A and AAAA, and what both say. */
export function dnsResolver(servers: readonly string[]): ResolveName {
  const resolver = new Resolver({ tries: 2 });
  resolver.setServers(servers);
  return async (name) => {
    const asked = await Promise.allSettled([
      resolver.resolve4(name, { ttl: true }),
      resolver.resolve6(name, { ttl: true }),
    ]);
    const records = asked.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    if (records.length === 0) {
      const [first] = asked;
      throw first.status === "rejected" ? first.reason : new Error("no answer");
    }
    const ttl = Math.min(...records.map((record) => record.ttl));
    return {
      addresses: records.map(({ address }) => bytesOf(address)),
      ageMs: ttl * 1_000,
    };
  };
}

/** Empty for what is no address, which nobody may connect to. */
export function bytesOf(address: string): Uint8Array {
  return Uint8Array.from(addressV4(address) ?? addressV6(address) ?? []);
}

// One name in the resolver, in SNI, in the verifier and in the log, or a refusal.

import { canonicalHost, clientIdentity, matchClient, matchIdentity } from "@wirewall/tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const names = (...dns: string[]): { dns: string[]; addresses: number[][]; uris: string[] } => ({
  dns,
  addresses: [],
  uris: [],
});

describe("threat: TL-03 a host has one form", () => {
  it("names in lower case, addresses as bytes", () => {
    expect(canonicalHost("A.Example")).toEqual({ kind: "name", name: "a.example" });
    expect(canonicalHost("xn--bcher-kva.example")?.kind).toBe("name");
    expect(canonicalHost("127.0.0.1")).toEqual({ kind: "address", bytes: [127, 0, 0, 1] });
    const v6 = [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 1];
    expect(canonicalHost("2001:db8::1")).toEqual({ kind: "address", bytes: v6 });
    expect(canonicalHost("[2001:DB8:0:0::0:1]")).toEqual({ kind: "address", bytes: v6 });
    expect(canonicalHost("::ffff:1.2.3.4")).toMatchObject({ kind: "address" });
  });

  for (const host of [
    "a。b",
    "a\0.b",
    "a.example.",
    ".a",
    "a..b",
    "",
    "-a.b",
    "a-.b",
    "a b",
    "a/b",
    "bücher.example",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "0x7f.1",
    "127.1",
    "256.1.1.1",
    "[127.0.0.1]",
    "[a.example]",
    "::1::",
    "1::2::3",
    ":::",
    "1:2:3:4:5:6:7",
    "fe80::1%eth0",
    `${"a".repeat(64)}.b`,
    `${"a.".repeat(127)}a`,
  ])
    it(`refuses ${JSON.stringify(host.slice(0, 30))}`, () =>
      expect(canonicalHost(host)).toBeUndefined());

  it("what it gives is what it takes: once is enough", () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const host = canonicalHost(domain);
        if (host?.kind === "name") expect(canonicalHost(host.name)).toEqual(host);
        else expect(host).toBeUndefined();
      }),
    );
  });
});

describe("threat: TL-02 names of certificates", () => {
  const is = (host: string, ...dns: string[]): boolean => {
    const canonical = canonicalHost(host);
    return canonical !== undefined && matchIdentity(canonical, names(...dns));
  };

  it("match whole, without regard to case", () => {
    expect(is("a.example", "b.example", "A.EXAMPLE")).toBe(true);
    expect(is("a.example", "example", "b.a.example", "a.example.")).toBe(false);
  });

  it("a wildcard is the whole left-most label, of one level, and never of a top level", () => {
    expect(is("a.b.example", "*.b.example")).toBe(true);
    for (const pattern of [
      "*.example",
      "a*.b.example",
      "*a.b.example",
      "a.*.example",
      "*",
      "*.*.example",
    ])
      expect([pattern, is("a.b.example", pattern)]).toEqual([pattern, false]);
    expect(is("a.example", "*.example")).toBe(false);
    expect(is("x.a.b.example", "*.b.example")).toBe(false);
  });

  it("an address is matched by bytes, and never by a name", () => {
    const host = canonicalHost("127.0.0.1");
    expect(host && matchIdentity(host, names("127.0.0.1", "*.0.0.1"))).toBe(false);
    expect(host && matchIdentity(host, { ...names(), addresses: [[127, 0, 0, 1]] })).toBe(true);
  });

  it("clients are matched by an exact name or key, never by a distinguished name", () => {
    const allowed = ["dns:a.example", "uri:spiffe://x/y", `spki:${"a".repeat(64)}`].flatMap(
      (text) => clientIdentity(text) ?? [],
    );
    expect(allowed).toHaveLength(3);
    expect(matchClient(allowed, names("A.example"), "")).toBe(true);
    expect(matchClient(allowed, { ...names(), uris: ["spiffe://x/y"] }, "")).toBe(true);
    expect(matchClient(allowed, names("b.example"), "a".repeat(64))).toBe(true);
    expect(matchClient(allowed, { ...names("*.example"), uris: ["spiffe://x/Y"] }, "b")).toBe(
      false,
    );
    for (const text of ["CN=a", "dns:*.example", "spki:abc", "uri:", "a.example"])
      expect(clientIdentity(text)).toBeUndefined();
  });
});

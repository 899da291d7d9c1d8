import { describe, expect, it } from "vitest";
import { identify, Identity, type Upstream } from "../src/index.js";

const BASE: Upstream = {
  scheme: "https",
  host: "example.test",
  port: 8443,
  localAddress: "127.0.0.2",
  tls: {
    ca: ["one", "two"],
    cert: "cert",
    key: "key",
    passphrase: "pass",
    serverName: "name.test",
    minVersion: "TLSv1.2",
  },
};

describe("identity: the key holds all of it (rule 14; threat: TL-04)", () => {
  const others: [string, Upstream][] = [
    ["host", { ...BASE, host: "example.test." }],
    ["port", { ...BASE, port: 8444 }],
    ["localAddress", { ...BASE, localAddress: "127.0.0.3" }],
    ["no localAddress", without(BASE, "localAddress")],
    ["no tls", without(BASE, "tls")],
    ["scheme", { ...without(BASE, "tls"), scheme: "http" }],
    ["path", { scheme: "https", host: "example.test", path: "/run/a.sock", tls: BASE.tls ?? {} }],
    ["path 2", { scheme: "https", host: "example.test", path: "/run/b.sock", tls: BASE.tls ?? {} }],
    ["ca order", { ...BASE, tls: { ...BASE.tls, ca: ["two", "one"] } }],
    ["ca joined", { ...BASE, tls: { ...BASE.tls, ca: ["onetwo"] } }],
    ["ca as one", { ...BASE, tls: { ...BASE.tls, ca: "one" } }],
    ["ca bytes", { ...BASE, tls: { ...BASE.tls, ca: [Buffer.from("one"), "two"] } }],
    ["cert", { ...BASE, tls: { ...BASE.tls, cert: "other" } }],
    ["key", { ...BASE, tls: { ...BASE.tls, key: "other" } }],
    ["cert and key swapped", { ...BASE, tls: { ...BASE.tls, cert: "key", key: "cert" } }],
    ["passphrase", { ...BASE, tls: { ...BASE.tls, passphrase: "other" } }],
    ["serverName", { ...BASE, tls: { ...BASE.tls, serverName: "other.test" } }],
    ["minVersion", { ...BASE, tls: { ...BASE.tls, minVersion: "TLSv1.3" } }],
  ];
  const keys = new Map([[identify(BASE).key, "base"]]);
  for (const [name, upstream] of others)
    it(`${name} alone makes another key`, () => {
      const { key } = identify(upstream);
      expect(keys.get(key)).toBeUndefined();
      keys.set(key, name);
    });

  it("the same parts make the same key, whatever their order and the case of the host", () => {
    const shuffled = Object.fromEntries(Object.entries(BASE).toReversed()) as unknown as Upstream;
    expect(identify({ ...shuffled, host: "EXAMPLE.test" }).key).toBe(identify(BASE).key);
    expect(identify("http://Example.test:80/").key).toBe(
      identify({ scheme: "http", host: "example.test" }).key,
    );
  });

  it("neither key nor passphrase stands in it", () => {
    const upstream = {
      ...BASE,
      tls: { cert: "cert", key: "S3CRET-KEY", passphrase: "S3CRET-PASS" },
    };
    expect(identify(upstream).key).not.toMatch(/S3CRET/);
  });

  it("what was judged cannot be changed afterwards", () => {
    const ca = Buffer.from("one");
    const identity = identify({ ...BASE, tls: { ca } });
    const copy = identity.tls.ca as Uint8Array;
    ca.fill(0);
    expect(Buffer.from(copy).toString()).toBe("one");
    expect(Object.isFrozen(identity) && Object.isFrozen(identity.tls)).toBe(true);
    expect(() => new Identity(Symbol("identify"), BASE)).toThrow(TypeError);
  });
});

describe("identity: what is no upstream is refused, without its text", () => {
  const refused: unknown[] = [
    "",
    "127.0.0.1:3000",
    "ftp://a",
    "http://user@a",
    "http://user:pass@a",
    "http://a/path",
    "http://a/?q",
    "http://a/#f",
    { scheme: "gopher", host: "a" },
    { scheme: "http" },
    { scheme: "http", host: "a b" },
    { scheme: "http", host: "a:80" },
    { scheme: "http", host: "a/b" },
    { scheme: "http", host: "fe80::1%lo" },
    { scheme: "http", host: "a", port: 0 },
    { scheme: "http", host: "a", port: 65_536 },
    { scheme: "http", host: "a", port: "80" },
    { scheme: "http", path: "relative" },
    { scheme: "http", path: "/a", port: 1 },
    { scheme: "http", path: "/a\0b" },
    { scheme: "http", host: "a", localAddress: "name" },
    { scheme: "http", host: "a", tls: {} },
    { scheme: "https", host: "a", tls: { rejectUnauthorized: false } },
    { scheme: "https", host: "a", tls: { minVersion: "TLSv1" } },
    { scheme: "https", host: "a", tls: { ca: [] } },
    { scheme: "https", host: "a", tls: { cert: "without a key" } },
    { scheme: "https", host: "a", tls: { serverName: "127.0.0.1" } },
    { scheme: "http", host: "a", proxy: "b" },
  ];
  for (const given of refused)
    it(JSON.stringify(given), () => {
      expect(() => identify(given as Upstream)).toThrow(/^upstream: /);
    });

  it("authority: a default port is left out, an IPv6 address has brackets", () => {
    expect(identify("http://[::1]:3000").authority).toBe("[::1]:3000");
    expect(identify("https://a:443").authority).toBe("a");
    expect(identify("https://a:80").authority).toBe("a:80");
    expect(identify({ scheme: "http", path: "/run/a.sock" }).authority).toBe("localhost");
  });
});

function without<Key extends keyof Upstream>(upstream: Upstream, key: Key): Upstream {
  const copy = { ...upstream };
  delete (copy as { [K in Key]?: unknown })[key];
  return copy;
}

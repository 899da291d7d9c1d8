// Addresses are judged as bytes: every range of the special-purpose registries, and every way to write one.

import { describe, expect, it } from "vitest";
import { FetchGrant, judgeAddress, judgeFetch } from "../src/index.js";
import { addressV4, addressV6 } from "@wirewall/fields";

/**
 * IANA IPv4 and IPv6 Special-Purpose Address Registries (last updated 2025): all blocks whose column "Globally
 * Reachable" is not plainly true, each with its first and last address.
 */
const REGISTRY: readonly (readonly [block: string, first: string, last: string])[] = [
  ["0.0.0.0/8", "0.0.0.0", "0.255.255.255"],
  ["10.0.0.0/8", "10.0.0.0", "10.255.255.255"],
  ["100.64.0.0/10", "100.64.0.0", "100.127.255.255"],
  ["127.0.0.0/8", "127.0.0.0", "127.255.255.255"],
  ["169.254.0.0/16", "169.254.0.0", "169.254.255.255"],
  ["172.16.0.0/12", "172.16.0.0", "172.31.255.255"],
  ["192.0.0.0/24", "192.0.0.0", "192.0.0.255"],
  ["192.0.2.0/24", "192.0.2.0", "192.0.2.255"],
  ["192.88.99.0/24", "192.88.99.0", "192.88.99.255"],
  ["192.168.0.0/16", "192.168.0.0", "192.168.255.255"],
  ["198.18.0.0/15", "198.18.0.0", "198.19.255.255"],
  ["198.51.100.0/24", "198.51.100.0", "198.51.100.255"],
  ["203.0.113.0/24", "203.0.113.0", "203.0.113.255"],
  ["224.0.0.0/4", "224.0.0.0", "239.255.255.255"],
  ["240.0.0.0/4", "240.0.0.0", "255.255.255.255"],
  ["::1/128", "::1", "::1"],
  ["::/128", "::", "::"],
  ["64:ff9b:1::/48", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"],
  ["100::/64", "100::", "100::ffff:ffff:ffff:ffff"],
  ["100:0:0:1::/64", "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff"],
  ["2001::/23", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2002::/16", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["3fff::/20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["5f00::/16", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["fe80::/10", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["fec0::/10", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["ff00::/8", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
];

/** One before and one after a block, where that is not itself special. */
const NEIGHBOURS = [
  "1.0.0.0",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "169.253.255.255",
  "169.255.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "191.255.255.255",
  "192.0.1.0",
  "192.0.3.0",
  "192.88.98.255",
  "192.88.100.0",
  "192.167.255.255",
  "192.169.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "198.51.99.255",
  "198.51.101.0",
  "203.0.112.255",
  "203.0.114.0",
  "223.255.255.255",
  "168.63.129.15",
  "168.63.129.17",
  "2000::",
  "2001:200::",
  "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
  "2001:db9::",
  "2003::",
  "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "3fff:1000::",
  "64:ff9b::8.8.8.8",
  "::ffff:8.8.8.8",
];

const bytes = (address: string): readonly number[] => {
  const found = addressV4(address) ?? addressV6(address);
  if (found === undefined) throw new Error(`${address} is no address`);
  return found;
};
const hex = (number: number): string => number.toString(16);
const v4s = REGISTRY.filter(([block]) => !block.includes(":")).flatMap(([, first, last]) => [
  first,
  last,
]);

describe("row: P1 threat: AU-01 the special-purpose registries", () => {
  it.each(REGISTRY)("%s: first and last are denied", (_block, first, last) => {
    expect(judgeAddress(bytes(first))).toBeTypeOf("string");
    expect(judgeAddress(bytes(last))).toBeTypeOf("string");
  });

  it.each(NEIGHBOURS)("%s, beside a block, is not", (address) => {
    expect(judgeAddress(bytes(address))).toBeUndefined();
  });

  it("every IPv4 address that is denied is denied in every form of IPv6 that carries it", () => {
    for (const address of [...v4s, "169.254.169.254", "168.63.129.16"]) {
      const [a = 0, b = 0, c = 0, d = 0] = bytes(address);
      const tail = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
      const carriers = [
        `::ffff:${tail}`,
        `::${tail}`,
        `::ffff:0:${tail}`,
        `64:ff9b::${tail}`,
        `64:ff9b:1::${tail}`,
        `2002:${tail}::`,
        `2001:0:4136:e378:8000:63bf:${hex((a ^ 255) * 256 + (b ^ 255))}:${hex((c ^ 255) * 256 + (d ^ 255))}`,
        `2a00:1450:1:1:0:5efe:${tail}`,
        `2a00:1450:1:1:200:5efe:${tail}`,
      ];
      for (const carrier of carriers)
        expect(judgeAddress(bytes(carrier)), carrier).toBeTypeOf("string");
    }
  });

  it("a network's own translator carries too", () => {
    const address = bytes("2a00:1450:64::7f00:1");
    expect(judgeAddress(address)).toBeUndefined();
    expect(judgeAddress(address, { translators: ["2a00:1450:64::"] })).toBe("loopback");
  });

  it("what is not 4 or 16 bytes is no address", () => {
    for (const length of [0, 1, 3, 5, 15, 17])
      expect(judgeAddress(new Uint8Array(length))).toBe("not-an-address");
  });

  it("a private origin is not one of the metadata addresses, but by its own text", () => {
    for (const address of ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "168.63.129.16"]) {
      expect(judgeAddress(bytes(address), { isPrivate: true })).toBe("metadata");
      expect(judgeAddress(bytes(address), { isPrivate: true, isLiteral: true })).toBeUndefined();
    }
    expect(judgeAddress(bytes("10.0.0.1"), { isPrivate: true })).toBeUndefined();
    for (const nobody of ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"])
      expect(judgeAddress(bytes(nobody), { isPrivate: true })).toBe("not-unicast");
  });
});

/** Spellings of this machine that some client has connected to. */
const SPELLINGS = [
  "http://127.0.0.1/",
  "http://127.1/",
  "http://0/",
  "http://0x7f.1/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://017700000001/",
  "http://2130706433/",
  "http://%31%32%37.0.0.1/",
  "http://127.0.0.1./",
  "http://127。0。0。1/",
  "http://127．0．0．1/",
  "http://①②⑦.⓪.⓪.①/",
  "http://127.0.0\u00ad.1/",
  "http://local\u00adhost/",
  "http:127.0.0.1",
  "http:/127.0.0.1",
  "http:///127.0.0.1",
  "http:\\\\127.0.0.1",
  "http://[::1]/",
  "http://[::]/",
  "http://[0:0:0:0:0:0:0:1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[::127.0.0.1]/",
  "http://[::ffff:0:7f00:1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://[64:ff9b:1::7f00:1]/",
  "http://[2002:7f00:1::]/",
  "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
  "http://[2a00:1450::5efe:7f00:1]/",
  "http://[::1%25eth0]/",
  "http://[fe80::1%25eth0]/",
  "http://localhost/",
  "http://LOCALHOST/",
  "http://localhost./",
  "http://a.localhost/",
  "http://localhost6/",
  "http://ip6-localhost/",
  "http://printer.local/",
  "http://metadata.google.internal/",
  "http://router.home.arpa/",
  "http://intranet/",
  "http://good.example@127.0.0.1/",
  "http://@127.0.0.1/",
  "http://127.0.0.1:80@good.example/",
  "http://evil.example\\@good.example/",
  "http://good.example#@127.0.0.1/",
  "http://127.0.0.1\t/",
  "\thttp://127.0.0.1/",
  "http://127.0.0.1/ ",
  "http://169.254.169.254/latest/meta-data/",
  "http://0xa9fea9fe/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://[fd00:ec2::254]/",
  "http://168.63.129.16/",
];

describe("row: P1 threat: AU-02, AU-08, AU-09 every spelling of a forbidden address", () => {
  // The most that can be granted by a name: each origin that the text has, and still nothing private.
  const grantFor = (text: string): FetchGrant => {
    const origins = [text, text.trim()].flatMap((each) => {
      try {
        return [new URL(each).origin];
      } catch {
        return [];
      }
    });
    const valid = origins.filter((origin) => {
      try {
        return new FetchGrant({ origins: [origin] }).origins.size === 1;
      } catch {
        return false;
      }
    });
    return new FetchGrant({ origins: valid, methods: ["GET"] });
  };

  it.each(SPELLINGS)("%s", (url) => {
    const question = { url, method: "GET", fields: [], asksForCredentials: false };
    const judged = judgeFetch(grantFor(url), question);
    if (judged.type === "allowed") expect(judged.url.hostname).toBe("good.example");
    else expect(["InvalidUrl", "AddressDenied", "OriginDenied"]).toContain(judged.name);
  });

  it("500 literals: the same decision as for their bytes", () => {
    let seed = 1;
    const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31);
    for (let count = 0; count < 500; count++) {
      const special = v4s[next() % v4s.length] ?? "0.0.0.0";
      const [a = 0, b = 0, c = 0, d = 0] =
        count % 2 === 0 ? bytes(special) : [next() % 256, next() % 256, next() % 256, next() % 256];
      const whole = ((a * 256 + b) * 256 + c) * 256 + d;
      const forms = [
        `${a}.${b}.${c}.${d}`,
        `${whole}`,
        `0x${hex(whole)}`,
        `${a}.${(b * 256 + c) * 256 + d}`,
        `0${a.toString(8)}.0${b.toString(8)}.${c}.0x${hex(d)}`,
        `[::ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
      ];
      const expected = judgeAddress([a, b, c, d]) === undefined;
      for (const form of forms) {
        const url = `http://${form}/`;
        const grant = new FetchGrant({ origins: [new URL(url).origin], methods: ["GET"] });
        const question = { url, method: "GET", fields: [], asksForCredentials: false };
        expect(judgeFetch(grant, question).type === "allowed", form).toBe(expected);
      }
    }
  });
});

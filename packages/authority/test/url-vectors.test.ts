// The URLs of web-platform-tests: what WHATWG parsing refuses is refused, what is allowed has the host that it says,
// and nothing that is denied by its address is allowed in any spelling.

import { describe, expect, it } from "vitest";
import { FetchGrant, judgeAddress, judgeFetch } from "../src/index.js";
import { addressV4, addressV6 } from "@wirewall/fields";
import { hostFault } from "../src/read-url.js";
import idna from "./vectors/url/IdnaTestV2.json" with { type: "json" };
import toAscii from "./vectors/url/toascii.json" with { type: "json" };
import urls from "./vectors/url/urltestdata.json" with { type: "json" };

interface UrlCase {
  readonly input: string;
  readonly base?: string | null;
  readonly failure?: boolean;
  readonly hostname?: string;
  readonly protocol?: string;
  readonly origin?: string;
  readonly host?: string;
}

interface HostCase {
  readonly input: string;
  readonly output: string | null;
}

const cases = (urls as readonly (UrlCase | string)[]).filter(
  (one): one is UrlCase => typeof one !== "string" && (one.base ?? null) === null,
);
const question = (url: string) =>
  ({ url, method: "GET", fields: [], asksForCredentials: false }) as const;

describe("row: P1 threat: AU-08 urltestdata", () => {
  it("has hundreds of cases without a base", () => {
    expect(cases.length).toBeGreaterThan(300);
  });

  it("what does not parse is InvalidUrl", () => {
    const grant = new FetchGrant({ origins: ["*"], methods: ["GET"] });
    for (const { input } of cases.filter(({ failure }) => failure === true))
      expect(judgeFetch(grant, question(input)), JSON.stringify(input)).toMatchObject({
        name: "InvalidUrl",
      });
  });

  it("what is allowed has the origin of the vector, and an address that is not denied", () => {
    let allowed = 0;
    for (const one of cases.filter(({ failure }) => failure !== true)) {
      const { input, protocol = "", host = "", hostname = "" } = one;
      if (protocol !== "http:" && protocol !== "https:") continue;
      let grant: FetchGrant;
      try {
        grant = new FetchGrant({ origins: [`${protocol}//${host}`], methods: ["GET"] });
      } catch {
        continue;
      }
      const judged = judgeFetch(grant, question(input));
      if (judged.type !== "allowed") continue;
      allowed++;
      expect(`${judged.url.protocol}//${judged.url.host}`).toBe(`${protocol}//${host}`);
      const inner = hostname.replace(/^\[|\]$/g, "");
      const bytes = addressV4(inner) ?? addressV6(inner);
      if (bytes !== undefined) expect(judgeAddress(bytes), input).toBeUndefined();
    }
    expect(allowed).toBeGreaterThan(20);
  });
});

describe("row: P1 threat: AU-07 labels", () => {
  const hosts = [
    ...(toAscii as readonly (HostCase | string)[]),
    ...(idna as readonly (HostCase | string)[]),
  ].filter((one): one is HostCase => typeof one !== "string");

  it("no label makes it throw, and one that is accepted encodes to itself", () => {
    expect(hosts.length).toBeGreaterThan(1_000);
    let accepted = 0;
    for (const { input, output } of hosts) {
      const grant = new FetchGrant({ origins: ["*"], methods: ["GET"] });
      const judged = judgeFetch(grant, question(`https://${input}/`));
      if (output === null || output === "") {
        // What the vector refuses may be a URL all the same where it holds a path or a port.
        if (!/[/?#:@\\%]/.test(input) && judged.type === "allowed")
          expect(hostFault(judged.url.hostname)).toBeUndefined();
        continue;
      }
      if (judged.type !== "allowed") continue;
      accepted++;
      expect(judged.url.hostname).toBe(output);
      expect(new URL(`https://${judged.url.hostname}/`).hostname).toBe(output);
    }
    expect(accepted).toBeGreaterThan(300);
  });

  it("an encoded label that is plain ASCII is refused", () => {
    for (const host of ["xn--a-", "xn--abc-", "xn--localhost-", "xn--127-", "xn--"])
      expect(hostFault(`${host}.example`), host).toBe("punycode");
    for (const host of ["xn--bcher-kva", "xn--n3h", "xn--fsqu00a"])
      expect(hostFault(`${host}.example`), host).toBeUndefined();
  });
});

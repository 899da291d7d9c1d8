// A grant can be made smaller and never larger, and nothing but a grant is one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FetchGrant,
  judgeFetch,
  type FetchGrantOptions,
  type FetchQuestion,
} from "../src/index.js";

const grant = new FetchGrant({ origins: ["https://api.example"], methods: ["GET"] });

const originText = fc.constantFrom(
  "https://a.example",
  "http://b.example",
  "https://c.example:8443",
  "*",
);
const methods = fc.subarray(["GET", "POST", "PUT", "PATCH"]);
const options: fc.Arbitrary<FetchGrantOptions> = fc.record(
  {
    origins: fc.uniqueArray(
      fc
        .record({ origin: originText, credentials: fc.boolean(), privateAddress: fc.boolean() })
        .map((one) => (one.origin === "*" ? { origin: "*" } : one)),
      { selector: ({ origin }) => origin },
    ),
    methods,
    limits: fc.record({ maxHeaderCount: fc.integer({ min: 1, max: 6 }) }),
    crossOriginBody: fc.boolean(),
  },
  { requiredKeys: [] },
);
const question: fc.Arbitrary<FetchQuestion> = fc.record({
  url: fc.constantFrom(
    "https://a.example/x",
    "http://b.example/",
    "https://c.example:8443/",
    "https://d.example/",
    "https://127.0.0.1/",
    "https://localhost/",
  ),
  method: fc.constantFrom("GET", "post", "PUT", "PATCH", "patch"),
  fields: fc.array(
    fc.constantFrom(["x-a", "1"], ["cookie", "a"], ["host", "a"]) as fc.Arbitrary<[string, string]>,
    {
      maxLength: 7,
    },
  ),
  asksForCredentials: fc.boolean(),
});

describe("row: P1 block: SEC-BLOCK-02 narrowing", () => {
  it("allowed by what was narrowed, so allowed before; and more is never given", () => {
    let narrowed = 0;
    fc.assert(
      fc.property(
        options,
        options,
        fc.array(question, { maxLength: 20 }),
        (held, asked, questions) => {
          const before = new FetchGrant(held);
          let after: FetchGrant;
          try {
            after = before.narrow(asked);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            return;
          }
          narrowed++;
          for (const each of questions)
            if (judgeFetch(after, each).type === "allowed")
              expect(judgeFetch(before, each).type).toBe("allowed");
        },
      ),
      { numRuns: 5_000 },
    );
    expect(narrowed).toBeGreaterThan(200);
  });

  it.each([
    ["origins", { origins: ["https://other.example"] }],
    ["origins", { origins: [{ origin: "https://api.example", credentials: true }] }],
    ["origins", { origins: [{ origin: "https://api.example", privateAddress: true }] }],
    ["methods", { methods: ["PUT"] }],
    ["maxHeaderCount", { limits: { maxHeaderCount: 65 } }],
    ["totalTimeoutMs", { limits: { totalTimeoutMs: 30_001 } }],
    ["crossOriginBody", { crossOriginBody: true }],
    ["pinning", { pinning: "host" }],
  ] as const)("more %s than is held is a RangeError that says so", (field, asked) => {
    expect(() => grant.narrow(asked)).toThrow(new RegExp(`^${field}: `));
  });

  it("a grant is frozen, and nothing that only looks like one is one", () => {
    expect(Object.isFrozen(grant)).toBe(true);
    for (const forged of [
      Object.create(FetchGrant.prototype),
      { ...grant },
      JSON.parse(JSON.stringify(grant)),
      new Proxy(grant, {}),
      Object.setPrototypeOf({ methods: ["GET"], maxHeaderCount: 9 }, FetchGrant.prototype),
    ])
      expect(() => judgeFetch(forged as FetchGrant, { ...ASK })).toThrow(TypeError);
    expect(() => Object.assign(FetchGrant.prototype, { narrow: () => grant })).toThrow(TypeError);
    expect(() => (grant.methods as string[]).push("PUT")).toThrow(TypeError);
  });

  it("threat: AU-06 options that are not known, or inherited, are refused", () => {
    expect(() => new FetchGrant({ socketPath: "/run/x" } as never)).toThrow(/socketPath/);
    expect(() => new FetchGrant(Object.create({ origins: ["*"] }) as never)).toThrow(/inherited/);
    expect(
      () => new FetchGrant({ origins: [{ origin: "https://a.example", unix: "/x" } as never] }),
    ).toThrow(/unix/);
  });
});

const ASK: FetchQuestion = {
  url: "https://api.example/",
  method: "GET",
  fields: [],
  asksForCredentials: false,
};

// The checks of a fetch in their order, and one denial for each.

import { describe, expect, it } from "vitest";
import {
  AuthorityError,
  denialText,
  FetchGrant,
  judgeAnswers,
  judgeFetch,
  type FetchQuestion,
} from "../src/index.js";

const grant = new FetchGrant({
  origins: ["https://api.example", { origin: "https://auth.example", credentials: true }],
  methods: ["GET", "post"],
});
const ask = (question: Partial<FetchQuestion>) =>
  judgeFetch(grant, {
    url: "https://api.example/",
    method: "GET",
    fields: [],
    asksForCredentials: false,
    ...question,
  });

describe("row: P1 block: SEC-BLOCK-02 default deny", () => {
  const question = {
    url: "https://a.example/",
    method: "GET",
    fields: [],
    asksForCredentials: false,
  };

  it("an empty grant allows nothing", () => {
    expect(judgeFetch(new FetchGrant(), question)).toMatchObject({ name: "OriginDenied" });
    expect(FetchGrant.none.maxHeaderCount).toBe(0);
  });

  it("origins without methods, and methods without origins, allow nothing", () => {
    const origins = new FetchGrant({ origins: ["https://a.example"] });
    expect(judgeFetch(origins, question)).toMatchObject({ name: "MethodDenied" });
    const methods = new FetchGrant({ methods: ["GET"] });
    expect(judgeFetch(methods, question)).toMatchObject({ name: "OriginDenied" });
  });

  it("what was granted, and exactly that", () => {
    expect(ask({})).toMatchObject({ type: "allowed", method: "GET" });
    expect(ask({ method: "POST" })).toMatchObject({ type: "allowed" });
    expect(ask({ url: "https://api.example:443/x?y#z" })).toMatchObject({ type: "allowed" });
  });
});

describe("row: P1 threat: AU-08, AU-09 InvalidUrl", () => {
  const at = "https://api.example";

  it.each([
    ["mended", `${at}\\x`],
    ["mended", `${at}/\t`],
    ["mended", `${at}/\r\n`],
    ["mended", ` ${at}`],
    ["mended", `${at}/ `],
    ["mended", `\0${at}`],
    ["syntax", "https://"],
    ["syntax", "https://a b/"],
    ["scheme", "javascript:alert(1)"],
    ["scheme", "file:///etc/passwd"],
    ["scheme", "wss://api.example"],
    ["no-authority", "https:api.example"],
    ["no-authority", "https:/api.example"],
    ["no-authority", "https:///api.example"],
    ["user-info", "https://u@api.example"],
    ["user-info", "https://@api.example"],
    ["user-info", "https://:@api.example"],
    ["port", `${at}:0/`],
    ["trailing-dot", `${at}./`],
    ["empty-label", "https://a..example/"],
    ["empty-label", "https://.example/"],
    ["escaped-host", "https://%61pi.example/"],
    ["escaped-host", "https://api%2eexample/"],
    ["host", "https://api.example{}/"],
    ["not-text", undefined],
  ])("%s: %j", (reason, url) => {
    const any = new FetchGrant({ origins: ["*", at], methods: ["GET"] });
    const question = { method: "GET", fields: [], asksForCredentials: false };
    expect(judgeFetch(any, { ...question, url: url as string })).toMatchObject({
      name: "InvalidUrl",
      code: "authority.fetch.invalid-url",
      reason,
    });
  });

  it.each(["a", "\u00e9", "\u20ac", "\u{1f600}"])(
    "8,192 bytes of %s, and one more",
    (character) => {
      const bytes = new TextEncoder().encode(character).length;
      const room = 8_192 - at.length - 1;
      const fitting = `${at}/${character.repeat(Math.floor(room / bytes))}${"x".repeat(room % bytes)}`;
      expect(ask({ url: fitting }).type).toBe("allowed");
      expect(ask({ url: `${fitting}x` })).toMatchObject({
        name: "InvalidUrl",
        reason: "too-long",
        limit: "maxUrlBytes",
      });
    },
  );
});

describe("row: P1 block: ADV-01 MethodDenied", () => {
  it.each(["PUT", "DELETE", "Patch", "patch", "GETS", "CONNECT", "TRACE", "track", ""])(
    "%s",
    (method) => {
      expect(ask({ method })).toMatchObject({
        name: "MethodDenied",
        code: "authority.fetch.method-denied",
      });
    },
  );

  it("a field that overrides the method changes nothing: it is the server's to refuse", () => {
    expect(ask({ method: "PUT", fields: [["x-http-method-override", "GET"]] })).toMatchObject({
      name: "MethodDenied",
    });
  });

  it("case is as in Fetch: six methods are one with their lower case, others are not", () => {
    expect(ask({ method: "get" })).toMatchObject({ type: "allowed" });
    const patch = new FetchGrant({ origins: ["https://api.example"], methods: ["PATCH"] });
    const question = { url: "https://api.example", fields: [], asksForCredentials: false };
    expect(judgeFetch(patch, { ...question, method: "PATCH" })).toMatchObject({ type: "allowed" });
    expect(judgeFetch(patch, { ...question, method: "patch" })).toMatchObject({
      name: "MethodDenied",
    });
  });

  it.each(["CONNECT", "trace", "TRACK"])("%s cannot be granted", (method) => {
    expect(() => new FetchGrant({ methods: [method] })).toThrow(RangeError);
  });
});

describe("row: P1 block: ADV-02 threat: AU-05, AU-12 OriginDenied", () => {
  it.each([
    "http://api.example/",
    "https://api.example:8443/",
    "https://api.example.evil.example/",
    "https://evil.example/api.example",
    "https://аpi.example/",
    "https://xapi.example/",
    "https://api.exampl/",
    "https://API.example.org/",
  ])("%s", (url) => {
    const judged = ask({ url });
    expect(judged).toMatchObject({ name: "OriginDenied", code: "authority.fetch.origin-denied" });
  });

  it("* covers https and nothing else, and implies no credentials", () => {
    const wild = new FetchGrant({ origins: ["*"], methods: ["GET"] });
    const question = { method: "GET", fields: [], asksForCredentials: false };
    expect(judgeFetch(wild, { ...question, url: "https://any.example/" }).type).toBe("allowed");
    expect(judgeFetch(wild, { ...question, url: "http://any.example/" })).toMatchObject({
      name: "OriginDenied",
    });
    const asking = { ...question, url: "https://any.example/", asksForCredentials: true };
    expect(judgeFetch(wild, asking)).toMatchObject({ name: "CredentialsDenied" });
    expect(() => new FetchGrant({ origins: [{ origin: "*", credentials: true }] })).toThrow(
      /imply|implies/,
    );
  });

  it.each([
    "https://a.example/path",
    "https://u@a.example",
    "ftp://a.example",
    "a.example",
    "https://*.example",
  ])("%s cannot be granted as an origin", (origin) => {
    expect(() => new FetchGrant({ origins: [origin], methods: ["GET"] })).toThrow(TypeError);
  });
});

describe("row: P1 block: ADV-05 threat: AU-10 CredentialsDenied", () => {
  it.each(["Authorization", "cookie", "COOKIE2", "Proxy-Authorization", "x-api-key"])(
    "the field %s",
    (name) => {
      const fields = [[name, "x"]] as const;
      expect(ask({ fields })).toMatchObject({ name: "CredentialsDenied", reason: "field" });
      expect(ask({ url: "https://auth.example/", fields })).toMatchObject({ type: "allowed" });
    },
  );

  it("the mode, which stands for cookies and client certificates of the platform", () => {
    expect(ask({ asksForCredentials: true })).toMatchObject({
      name: "CredentialsDenied",
      code: "authority.fetch.credentials-denied",
      reason: "mode",
    });
  });
});

describe("row: P1 block: ADV-04 TooManyHeaders", () => {
  const fields = (count: number) =>
    Array.from({ length: count }, (_, at) => [`x-${at}`, ""] as const);

  it("maxHeaderCount is what may be sent, and one more is refused with both figures", () => {
    expect(ask({ fields: fields(63) })).toMatchObject({ type: "allowed" });
    expect(ask({ fields: fields(64) })).toMatchObject({ type: "allowed" });
    expect(ask({ fields: fields(65) })).toEqual({
      type: "denial",
      name: "TooManyHeaders",
      code: "authority.fetch.too-many-headers",
      origin: "https://api.example",
      limit: "maxHeaderCount",
      max: 64,
      observed: 65,
    });
  });

  it("all of their names and values together are bounded too", () => {
    const value = "v".repeat(16_384 - 1);
    expect(ask({ fields: [["x", value]] })).toMatchObject({ type: "allowed" });
    expect(ask({ fields: [["xx", value]] })).toMatchObject({
      name: "LimitExceeded",
      limit: "maxRequestHeaderBytes",
      observed: 16_385,
    });
  });
});

describe("row: P1 HeaderDenied", () => {
  it.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "connection",
    "Upgrade",
    "sec-fetch-mode",
    "TE",
  ])("%s is the platform's", (name) => {
    expect(ask({ fields: [[name, "x"]] })).toMatchObject({ name: "HeaderDenied" });
  });

  it.each([
    ["a b", "x"],
    ["", "x"],
    ["a", "x\r\ny: z"],
    ["a", "x\0"],
  ])("%j: %j is no field line", (name, value) => {
    expect(ask({ fields: [[name, value]] })).toMatchObject({
      name: "HeaderDenied",
      reason: "grammar",
    });
  });
});

describe("row: P1 the first check that fails speaks", () => {
  // Each question fails its own check and all that come after.
  const many = [
    ...Array.from({ length: 70 }, () => ["host", "\n"] as const),
    ["cookie", "a"] as const,
  ];
  const order = [
    ["InvalidUrl", { url: "https://u:p@localhost/", method: "PUT", fields: many }],
    ["OriginDenied", { url: "https://localhost/", method: "PUT", fields: many }],
    ["MethodDenied", { url: "https://printer.local/", method: "PUT", fields: many }],
    ["CredentialsDenied", { url: "https://printer.local/", method: "GET", fields: many }],
    ["TooManyHeaders", { url: "https://printer.local/", method: "GET", fields: many.slice(0, -1) }],
    ["HeaderDenied", { url: "https://printer.local/", method: "GET", fields: many.slice(0, 1) }],
    ["AddressDenied", { url: "https://printer.local/", method: "GET", fields: [] }],
  ] as const;
  const local = new FetchGrant({ origins: ["https://printer.local"], methods: ["GET"] });

  it.each(order)("%s", (name, question) => {
    expect(judgeFetch(local, { ...question, asksForCredentials: false })).toMatchObject({ name });
  });

  it("a denial repeats nothing of what was asked but scheme, host and port", () => {
    for (const [, question] of order) {
      const url = question.url.replace(/\/$/, "/SECRET?SECRET#SECRET");
      const denial = judgeFetch(local, { ...question, url, asksForCredentials: false });
      expect(JSON.stringify(denial)).not.toContain("SECRET");
      if (denial.type === "denial")
        expect(new AuthorityError(denial).message).toBe(denialText(denial));
    }
    const userInfo = judgeFetch(local, { ...order[0][1], asksForCredentials: false });
    expect(JSON.stringify(userInfo)).not.toContain("u:p");
  });
});

describe("row: P1 threat: AU-14 answers of a resolver", () => {
  const url = new URL("https://api.example/");
  const origin = { origin: "https://api.example", credentials: false, privateAddress: false };
  const open = Uint8Array.of(8, 8, 8, 8);

  it("one that is denied denies all of them", () => {
    expect(judgeAnswers(grant, url, origin, [open])).toBeUndefined();
    for (const answers of [
      [open, Uint8Array.of(127, 0, 0, 1)],
      [Uint8Array.of(10, 0, 0, 1), open],
    ])
      expect(judgeAnswers(grant, url, origin, answers)).toMatchObject({ name: "AddressDenied" });
  });

  it("none, more than may be, and what is no address", () => {
    expect(judgeAnswers(grant, url, origin, [])).toMatchObject({ reason: "no-answer" });
    const answers = (count: number) => new Array<Uint8Array>(count).fill(open);
    expect(judgeAnswers(grant, url, origin, answers(63))).toBeUndefined();
    expect(judgeAnswers(grant, url, origin, answers(64))).toBeUndefined();
    expect(judgeAnswers(grant, url, origin, answers(65))).toMatchObject({
      name: "LimitExceeded",
      limit: "maxDnsAnswerCount",
      observed: 65,
    });
    expect(judgeAnswers(grant, url, origin, [new Uint8Array(5)])).toMatchObject({
      reason: "not-an-address",
    });
  });
});

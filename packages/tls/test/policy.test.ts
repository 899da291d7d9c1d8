// A policy is judged whole, before a socket opens (row: P4).

import { checkPolicy, tlsPolicy, TlsPolicyError, type TlsOptions } from "@wirewall/tls";
import { describe, expect, it } from "vitest";

const GOOD: TlsOptions = { cert: "PEM", key: "PEM", ALPNProtocols: ["h2", "http/1.1"] };

/** The codes and fields of what is found. */
function found(options: TlsOptions): string[] {
  return checkPolicy(options).findings.map(({ code, field }) => `${code.slice(4)} ${field}`);
}

describe("row: P4 what a good policy is", () => {
  it("has defaults that are safe, and is frozen", () => {
    const policy = tlsPolicy(GOOD);
    expect(policy).toMatchObject({
      role: "server",
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.3",
      alpn: ["h2", "http/1.1"],
      requestCert: false,
    });
    expect(policy.ciphers).not.toMatch(/CBC|SHA:|RC4|(?:^|:)AES|DHE-RSA-AES128-SHA/);
    expect(Object.isFrozen(policy) && Object.isFrozen(policy.alpn)).toBe(true);
  });

  it("tells all findings at once, each with field, kind of value and reason", () => {
    const options = {
      minVersion: "TLSv1",
      rejectUnauthorized: 0,
      protocols: ["h2"],
      cert: "secret-looking",
      key: "s3cr3t",
    };
    const { findings } = checkPolicy(options);
    expect(findings.map(({ field, value }) => [field, value])).toEqual([
      ["minVersion", '"TLSv1"'],
      ["rejectUnauthorized", "the number 0"],
      ["ALPNProtocols", "absent"],
    ]);
    expect(() => tlsPolicy(options)).toThrow(TlsPolicyError);
    expect(JSON.stringify(findings)).not.toContain("s3cr3t");
  });
});

describe("threat: TL-01 verification is on", () => {
  for (const value of [false, null, 0, -0, "", Number.NaN, 1, "true", "false", {}, []])
    it(`rejectUnauthorized: ${JSON.stringify(value)} is refused`, () =>
      expect(found({ ...GOOD, rejectUnauthorized: value })).toEqual([
        "verify.disabled rejectUnauthorized",
      ]));

  it("absent and true are the same policy", () =>
    expect(tlsPolicy({ ...GOOD, rejectUnauthorized: true })).toEqual(tlsPolicy(GOOD)));

  it("undefined that is written down is absent, and never off", () =>
    expect(found({ ...GOOD, rejectUnauthorized: undefined })).toEqual([]));

  it("an accessor is refused and never called, and a class's getter is not read", () => {
    const calls: string[] = [];
    const get = (): boolean => calls.push("called") === 0;
    const own = Object.defineProperty({ ...GOOD }, "rejectUnauthorized", { get, enumerable: true });
    expect(found(own)).toEqual(["option.unknown rejectUnauthorized"]);
    const hidden = Object.create(Object.defineProperty({}, "requestCert", { get }));
    expect(tlsPolicy(Object.assign(hidden, GOOD)).requestCert).toBe(false);
    expect(calls).toEqual([]);
  });

  it("inherited values decide nothing", () => {
    const inherited = Object.assign(Object.create({ rejectUnauthorized: false }), GOOD);
    expect(found(inherited as TlsOptions)).toEqual(["option.unknown rejectUnauthorized"]);
  });
});

describe("threat: TL-06 what would check less is refused", () => {
  it("two certificates of which one is unchecked; roots by name beside client certificates", () => {
    expect(found({ ...GOOD, pfx: "both" })).toEqual(["chain.invalid pfx"]);
    const mutual = { ...GOOD, requestCert: true, ca: "PEM", clientIdentities: ["dns:a.example"] };
    expect(found(mutual)).toEqual([]);
    expect(found({ ...mutual, SNICallback: () => {} })).toEqual(["mtls.identity SNICallback"]);
  });

  const refused: readonly (readonly [TlsOptions, string])[] = [
    [{ minVersion: "TLSv1" }, "version.range minVersion"],
    [{ minVersion: "TLSv1.1" }, "version.range minVersion"],
    [{ maxVersion: "SSLv3" }, "version.range maxVersion"],
    [{ minVersion: "TLSv1.3", maxVersion: "TLSv1.2" }, "version.range minVersion"],
    [{ secureProtocol: "TLS_method" }, "version.range secureProtocol"],
    [{ checkServerIdentity: () => undefined }, "verify.disabled checkServerIdentity"],
    [{ pskCallback: () => null }, "verify.disabled pskCallback"],
    [{ ALPNProtocols: undefined }, "alpn.empty ALPNProtocols"],
    [{ ALPNProtocols: [] }, "alpn.empty ALPNProtocols"],
    [{ ALPNProtocols: ["http/1.1"] }, "alpn.mismatch ALPNProtocols"],
    [{ ALPNProtocols: ["h2", "h2"] }, "alpn.mismatch ALPNProtocols"],
    [{ ALPNProtocols: ["h2", "spdy/3"] }, "alpn.mismatch ALPNProtocols"],
    [{ ALPNProtocols: "h2" }, "alpn.mismatch ALPNProtocols"],
    [{ ALPNCallback: () => "h2" }, "alpn.mismatch ALPNCallback"],
    [{ ciphers: "ALL" }, "cipher.weak ciphers"],
    [{ ciphers: "" }, "cipher.weak ciphers"],
    [{ ciphers: "AES128-GCM-SHA256" }, "cipher.weak ciphers"],
    [{ ciphers: "ECDHE-RSA-AES128-SHA256" }, "cipher.weak ciphers"],
    [{ ciphers: "TLS_AES_128_GCM_SHA256:NULL" }, "cipher.weak ciphers"],
    [{ sigalgs: "RSA+SHA1" }, "cipher.weak sigalgs"],
    [{ secureOptions: 0x4 }, "cipher.weak secureOptions"],
    [{ secureOptions: 0x40000 }, "cipher.weak secureOptions"],
    [{ honorCipherOrder: false }, "cipher.weak honorCipherOrder"],
    [{ ecdhCurve: "auto" }, "group.weak ecdhCurve"],
    [{ ecdhCurve: "X25519:secp256k1" }, "group.weak ecdhCurve"],
    [{ dhparam: "auto" }, "group.weak dhparam"],
    [{ ca: [] }, "roots.empty ca"],
    [{ ca: "" }, "roots.empty ca"],
    [{ ca: [""] }, "roots.empty ca"],
    [{ cert: undefined, key: undefined }, "chain.invalid cert"],
    [{ key: undefined }, "chain.invalid key"],
    [{ key: "" }, "chain.invalid key"],
    [{ requestCert: true, ca: "PEM" }, "mtls.identity clientIdentities"],
    [
      { requestCert: true, ca: "PEM", clientIdentities: ["CN=admin"] },
      "mtls.identity clientIdentities",
    ],
    [{ requestCert: true, clientIdentities: ["dns:a"] }, "roots.empty ca"],
    [{ clientIdentities: ["dns:a"] }, "mtls.identity clientIdentities"],
    [{ requestCert: "yes" }, "mtls.identity requestCert"],
    [{ servername: "a.example" }, "identity.mismatch servername"],
    [{ pins: [] }, "pin.mismatch pins"],
    [{ pins: ["abc"] }, "pin.mismatch pins"],
    [{ earlyData: true }, "early-data earlyData"],
    [{ maxEarlyData: 16_384 }, "early-data maxEarlyData"],
    [{ sessionTimeout: 86_401 }, "ticket.age sessionTimeout"],
    [{ sessionTimeout: 0 }, "ticket.age sessionTimeout"],
    [{ SNICallback: "a" }, "callback.threw SNICallback"],
    [{ rejectUnauthorised: false }, "option.unknown rejectUnauthorised"],
    [{ limits: { handshakeTimeoutMs: 0 } }, "option.unknown limits"],
    [{ role: "proxy" }, "option.unknown role"],
    [{ protocols: [] }, "option.unknown protocols"],
  ];
  for (const [options, expected] of refused)
    it(`${expected}: ${Object.keys(options).join(", ")}`, () =>
      expect(found({ ...GOOD, ...options })).toContain(expected));

  it("any two of them are both told", () => {
    for (const [first, one] of refused)
      for (const [second, other] of refused) {
        const names = new Set([...Object.keys(first), ...Object.keys(second)]);
        if (names.size !== Object.keys(first).length + Object.keys(second).length) continue;
        // Who is asked, by which roots, and who is let in: one may be what the other lacked.
        if ([one, other].every((text) => /^(?:mtls|roots)/.test(text))) continue;
        const codes = found({ ...GOOD, ...first, ...second });
        expect(codes.length).toBeGreaterThan(0);
        if (one.startsWith("version") || one.startsWith("verify")) expect(codes).toContain(one);
        if (other.startsWith("cipher")) expect(codes).toContain(other);
      }
  });

  it("a client needs no certificate, and may pin", () => {
    const pin = "0".repeat(64);
    const client = { role: "client", ALPNProtocols: ["h2"], protocols: ["h2"], pins: [pin] };
    expect(tlsPolicy({ ...client, servername: "a.example" }).pins).toEqual([pin]);
    for (const servername of ["A.example", "a.example.", "127.0.0.1", "a\0.b", ""])
      expect(found({ ...client, servername })).toEqual(["identity.mismatch servername"]);
  });
});

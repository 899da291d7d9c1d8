// IPv6 addresses as another reader sees them: Node's own, which knows zones besides.

import { isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isAuthority } from "@wirewall/fields";

const group = fc.oneof(
  fc.constantFrom("0", "f", "00", "ABCD", "00001", "", "g", "1.2.3.4", "0.0.0.0", "1.2.3.256"),
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), minLength: 1, maxLength: 5 }),
);
const address = fc.oneof(
  fc.ipV6(),
  fc.array(group, { maxLength: 9 }).map((groups) => groups.join(":")),
  fc
    .tuple(fc.array(group, { maxLength: 7 }), fc.array(group, { maxLength: 7 }))
    .map(([left, right]) => `${left.join(":")}::${right.join(":")}`),
  fc.string({ unit: fc.constantFrom(..."01fF:.:"), maxLength: 45 }),
);
const changed = fc
  .tuple(fc.ipV6(), fc.nat(44), fc.constantFrom("", ":", "::", ".", "0", "g", " ", "\0", "/", "]"))
  .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1));

it("RFC 3986 §3.2.2: agrees with node:net about every address without a zone", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(address, changed), (text) => {
      const wanted = isIPv6(text);
      if (wanted) accepted++;
      expect(isAuthority(`[${text}]`)).toBe(wanted);
    }),
    { numRuns: 20_000 },
  );
  expect(accepted, "both kinds were tried").toBeGreaterThan(2_000);
});

it("knows no zones, which a Host field cannot mean", () => {
  for (const text of ["fe80::1%eth0", "::1%1"]) {
    expect(isIPv6(text)).toBe(true);
    expect(isAuthority(`[${text}]`)).toBe(false);
  }
});

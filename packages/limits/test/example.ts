import { defineLimits, defineViolations, Ledger, type Violation } from "@wirewall/limits";

const limits = defineLimits("echo", [
  { name: "maxLineBytes", default: 1_024, strict: 256, min: 1, max: 65_536, reason: "one line" },
]);
const violations = defineViolations("echo", {
  "echo.line": { scope: "connection", spec: "RFC 862", reply: "close", summary: "a long line" },
  "echo.full": { scope: "connection", spec: "RFC 862", reply: "close", summary: "all in use" },
});

export function example(lines: readonly string[], ledger: Ledger): Violation | undefined {
  const max = limits.resolve({ maxLineBytes: 8 }).maxLineBytes;
  for (const [offset, { length: observed }] of lines.entries()) {
    if (observed > max)
      return violations.refuse("echo.line", offset, { name: "maxLineBytes", max, observed });
    const hit = ledger.charge(observed, 1);
    if (hit !== undefined) return violations.refuse("echo.full", offset, hit);
  }
  return undefined;
}

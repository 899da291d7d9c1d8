// Row L3: one shape for a refused input. Plain data, cheap to make, and never any of the input.

import { describe, expect, it } from "vitest";
import { defineViolations, UsageError, ViolationError, type Violation } from "@wirewall/limits";

const violation: Violation<"probe.size", { status: number }> = {
  type: "violation",
  code: "probe.size",
  scope: "connection",
  offset: 17,
  spec: "RFC 9112 §7.1",
  limit: { name: "maxPieceBytes", max: 16, observed: 17 },
  reply: { status: 413 },
};

describe("row: L3 a violation", () => {
  const { refuse } = defineViolations("probe", {
    "probe.size": { ...violation, summary: "too large" },
  });

  it("is plain data without a stack, the same after JSON and after a clone", () => {
    const refused = refuse("probe.size", 17, violation.limit);
    expect(refused).toEqual(violation);
    expect(Object.getPrototypeOf(refused)).toBe(Object.prototype);
    expect(Object.keys(refused).toSorted()).toEqual(Object.keys(violation).toSorted());
    expect("stack" in refused).toBe(false);
    expect(JSON.parse(JSON.stringify(refused))).toEqual(violation);
    expect(structuredClone(refused)).toEqual(violation);
  });
});

describe("row: L3 a violation as an error", () => {
  const error = new ViolationError(violation);

  it("carries the code and says code, place and section, and nothing else", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("ViolationError");
    expect(error.code).toBe("probe.size");
    expect(error.violation).toBe(violation);
    expect(error.message).toBe("probe.size at byte 17 (RFC 9112 §7.1)");
    expect(Object.keys(error).toSorted()).toEqual(["code", "name", "violation"]);
    expect(error.cause).toBeUndefined();
  });

  it("shows nothing of what somebody put beside the violation", () => {
    const tainted = { ...violation, input: "s3cret", reply: { body: "s3cret" } };
    const { message, code, name, stack } = new ViolationError(tainted);
    expect([message, code, name, stack].join("\n")).not.toContain("s3cret");
  });
});

describe("row: L3 misuse", () => {
  it("is another error, so that nobody takes it for a peer's fault", () => {
    const error = new UsageError("receive: called from inside an event");
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(ViolationError);
    expect([error.name, error.code]).toEqual(["UsageError", "usage"]);
    expect(error.message).toBe("receive: called from inside an event");
  });
});

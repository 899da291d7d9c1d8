// Row L3: the codes of a package stand in one table, which every refusal is made from.

import { describe, expect, it } from "vitest";
import { defineViolations, type ViolationEntry } from "@wirewall/limits";

const row = (changes: object = {}): ViolationEntry<{ status: number }> => ({
  scope: "message",
  spec: "RFC 9110 §5.5",
  reply: { status: 400 },
  summary: "not a value",
  ...changes,
});
const table = defineViolations("probe", {
  "probe.value": row(),
  "probe.value.size": row({ scope: "stream", reply: { status: 431 }, summary: "too large" }),
});

describe("row: L3 a table of codes", () => {
  it("makes a refusal of what stands in the row, and of the place", () => {
    expect(table.refuse("probe.value", 5)).toEqual({
      type: "violation",
      code: "probe.value",
      scope: "message",
      offset: 5,
      spec: "RFC 9110 §5.5",
      reply: { status: 400 },
    });
    const limit = { name: "maxPieceBytes", max: 1, observed: 2 };
    expect(table.refuse("probe.value.size", 0, limit)).toEqual({
      type: "violation",
      code: "probe.value.size",
      scope: "stream",
      offset: 0,
      spec: "RFC 9110 §5.5",
      limit,
      reply: { status: 431 },
    });
  });

  it("has no limit where none was hit", () => {
    expect(Object.hasOwn(table.refuse("probe.value", 5), "limit")).toBe(false);
  });

  it("keeps the rows in order, with the summary for the documentation", () => {
    expect([...table.table.keys()]).toEqual(["probe.value", "probe.value.size"]);
    expect(table.table.get("probe.value")).toEqual(row());
    expect(table.owner).toBe("probe");
  });

  it("cannot be changed through what it made, or through what it was made of", () => {
    const mine = row();
    const made = defineViolations("probe", { "probe.value": mine });
    const refused = made.refuse("probe.value", 1);
    expect(Object.isFrozen(made)).toBe(true);
    expect(Object.isFrozen(made.table.get("probe.value"))).toBe(true);
    expect(Reflect.set(refused.reply, "status", 200)).toBe(false);
    Reflect.set(mine, "scope", "connection");
    expect(made.refuse("probe.value", 1)).toEqual(refused);
  });

  it("takes replies that are no objects", () => {
    const made = defineViolations("probe", { "probe.value": { ...row(), reply: "ERR" } });
    expect(made.refuse("probe.value", 0).reply).toBe("ERR");
  });

  it.each(["value", "other.value", "probe", "probes.value", "Probe.value", ""])(
    "refuses the code %j, which does not say whose it is",
    (code) => {
      expect(() => defineViolations("probe", { [code]: row() })).toThrow(TypeError);
    },
  );

  it.each(["probe.other", "value", "__proto__", "constructor", "toString"])(
    "makes no refusal of %j, which it does not have",
    (code) => {
      expect(() => table.refuse(code as never, 0)).toThrow(TypeError);
    },
  );
});

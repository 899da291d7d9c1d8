// Row L1: the vocabulary of bounds. A table is judged when it is defined, a value when it is set.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineLimits, unitOf, type LimitEntry, type LimitUnit } from "@wirewall/limits";

const table = defineLimits("probe", [
  { name: "maxPieceBytes", default: 4_096, strict: 512, min: 16, max: 65_536, reason: "a piece" },
  { name: "maxPieceCount", default: 8, min: 1, max: 64, reason: "pieces", spec: "RFC 0 §1" },
  { name: "pieceTimeoutMs", default: 1_000, strict: 10, min: 1, max: 9_000, reason: "a wait" },
]);
const NAMES = ["maxPieceBytes", "maxPieceCount", "pieceTimeoutMs"] as const;
const UNITS: LimitUnit[] = [
  "Bytes",
  "Count",
  "Ms",
  "Ratio",
  "Depth",
  "Digits",
  "Bits",
  "PerSecond",
];

/** Sets a value that the types would not allow. */
const set = (overrides: unknown, preset?: unknown): unknown =>
  table.resolve(overrides as never, preset as never);

describe("row: L1 a table of limits", () => {
  const row = (changes: object): LimitEntry => ({
    name: "maxPieceBytes",
    default: 5,
    min: 1,
    max: 9,
    reason: "a piece",
    ...changes,
  });
  const define = (...rows: LimitEntry[]) => defineLimits("probe", rows);

  it.each(UNITS)("takes names that end in the unit %s", (unit) => {
    expect(unitOf(`maxPiece${unit}`)).toBe(unit);
    const { name } = row({ name: `maxPiece${unit}` });
    expect(define(row({ name })).resolve()).toEqual({ [name]: 5 });
  });

  it.each(["maxPieces", "maxBytesOfPiece", "maxPiecebytes", "maxPieceKb", ""])(
    "refuses %j, which does not say its unit",
    (name) => {
      expect(unitOf(name)).toBeUndefined();
      expect(() => define(row({ name }))).toThrow(TypeError);
    },
  );

  it("refuses a name that is defined twice", () => {
    expect(() => define(row({}), row({ name: "maxOtherBytes" }), row({ max: 8 }))).toThrow(
      /probe\.maxPieceBytes is defined twice/,
    );
  });

  it.each(["", " \t"])("refuses %j as a reason", (reason) => {
    expect(() => define(row({ reason }))).toThrow(TypeError);
  });

  it.each([
    { min: 0 },
    { min: -1 },
    { min: 0.5 },
    { min: 1.5 },
    { min: Number.NaN },
    { min: 8, max: 7, default: 7.5 },
    { max: Number.NaN },
    { max: Infinity },
    { max: 9.5 },
    { max: 2 ** 53 },
    { default: 0 },
    { default: 10 },
    { default: 4.5 },
    { default: Number.NaN },
    { default: Infinity },
    { default: undefined },
    { default: "5" },
    { strict: 0 },
    { strict: 10 },
    { strict: Number.NaN },
    { strict: null },
  ])("refuses a row with %o", (changes) => {
    expect(() => define(row(changes))).toThrow(RangeError);
  });

  it("takes a range of one number, at either end of what is allowed", () => {
    expect(define(row({ default: 1, min: 1, max: 1 })).resolve()).toEqual({ maxPieceBytes: 1 });
    const most = Number.MAX_SAFE_INTEGER;
    expect(define(row({ default: most, min: most, max: most })).resolve()).toEqual({
      maxPieceBytes: most,
    });
  });

  it("is a frozen copy with frozen rows, in order", () => {
    const mine = { name: "maxPieceBytes", default: 5, min: 1, max: 9, reason: "a piece" } as const;
    const copied = defineLimits("probe", [mine]);
    expect(copied.table).toEqual([mine]);
    expect(copied.table[0]).not.toBe(mine);
    expect([copied, copied.table, copied.table[0]].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(mine)).toBe(false);
    expect(table.table.map(({ name }) => name)).toEqual(NAMES);
    expect(table.owner).toBe("probe");
  });
});

describe("row: L1 presets", () => {
  const normal = { maxPieceBytes: 4_096, maxPieceCount: 8, pieceTimeoutMs: 1_000 };
  const strict = { maxPieceBytes: 512, maxPieceCount: 8, pieceTimeoutMs: 10 };

  it("are default and strict, where a row without strict has one figure for both", () => {
    expect(table.resolve()).toEqual(normal);
    expect(table.resolve({}, "default")).toEqual(normal);
    expect(table.resolve(undefined, "strict")).toEqual(strict);
    expect(table.resolve({}, "strict")).toEqual(strict);
  });

  it("are one set for all who ask", () => {
    expect(table.resolve({})).toBe(table.resolve());
    expect(table.resolve({}, "strict")).toBe(table.resolve(undefined, "strict"));
    expect(table.resolve()).not.toBe(table.resolve({}, "strict"));
  });

  it("give what is not replaced", () => {
    expect(table.resolve({ maxPieceCount: 9 }, "strict")).toEqual({ ...strict, maxPieceCount: 9 });
    expect(table.resolve({ pieceTimeoutMs: 9 })).toEqual({ ...normal, pieceTimeoutMs: 9 });
    expect(table.resolve(), "the preset stays as it is").toEqual(normal);
  });

  it.each(["", "Strict", "none", "__proto__", "constructor", null, 0, {}])(
    "refuse %j, which is none",
    (preset) => {
      expect(() => set({}, preset)).toThrow(TypeError);
      expect(() => set(undefined, preset)).toThrow(TypeError);
    },
  );
});

describe("row: L1 a value that is set", () => {
  const name = fc.constantFrom(...NAMES);
  const rangeOf = (of: string): { min: number; max: number } =>
    table.table.find((row) => row.name === of) ?? { min: 0, max: 0 };

  const bad = fc.oneof(
    fc.constantFrom(0, -0, -1, Infinity, -Infinity, Number.NaN, 2 ** 53, 0.5, 16.000_1),
    fc.constantFrom<unknown>(undefined, null, true, "", "64", 64n, [64], { valueOf: () => 64 }),
    fc.constantFrom<unknown>(Object(64), new Date(64), () => 64, Symbol("64")),
    fc.double().filter((value) => !Number.isInteger(value)),
    fc.integer({ max: 0 }),
    fc.integer({ min: 65_537 }),
    fc.string(),
    fc.anything().filter((value) => typeof value !== "number"),
  );

  it("is refused unless it is a whole number: never unlimited, never rounded, never read as text", () => {
    fc.assert(
      fc.property(name, bad, (of, value) => {
        expect(() => set({ [of]: value })).toThrow(RangeError);
        expect(() => set({ [of]: value }, "strict")).toThrow(RangeError);
        expect(() => table.check(of, value as number)).toThrow(RangeError);
      }),
    );
  });

  it("passes exactly within its range", () => {
    fc.assert(
      fc.property(name, fc.integer({ min: -10, max: 70_000 }), (of, value) => {
        const { min, max } = rangeOf(of);
        if (value >= min && value <= max) {
          expect(table.resolve({ [of]: value })).toEqual({ ...table.resolve(), [of]: value });
          expect(table.check(of, value)).toBe(value);
        } else expect(() => table.resolve({ [of]: value })).toThrow(RangeError);
      }),
    );
    for (const of of NAMES) {
      const { min, max } = rangeOf(of);
      for (const value of [min, max]) expect(set({ [of]: value })).toHaveProperty(of, value);
      for (const value of [min - 1, max + 1])
        expect(() => set({ [of]: value })).toThrow(RangeError);
    }
  });

  it("is refused beside others that are good", () => {
    expect(() => set({ maxPieceBytes: 64, maxPieceCount: 65 })).toThrow(/maxPieceCount/);
    expect(() => set({ maxPieceCount: 65, maxPieceBytes: 64 })).toThrow(/maxPieceCount/);
  });

  it("is refused if it is inherited: it would be left out without a word", () => {
    class Base {
      get maxPieceBytes(): number {
        return 16;
      }
    }
    for (const overrides of [
      Object.create({ maxPieceBytes: 16 }),
      Object.create({ maxPieceBytes: undefined }),
      Object.assign(Object.create({ maxPieceBytes: 16 }) as object, { maxPieceCount: 2 }),
      Object.create(table.resolve()),
      new Base(),
    ])
      expect(() => set(overrides)).toThrow(TypeError);
    const own = Object.assign(Object.create({ maxPieceBytes: 16 }) as object, {
      maxPieceBytes: 32,
    });
    expect(set(own), "its own value counts").toHaveProperty("maxPieceBytes", 32);
    const bare = Object.assign(Object.create(null) as object, { maxPieceBytes: 32 });
    expect(set(bare), "as without any prototype").toHaveProperty("maxPieceBytes", 32);
  });

  it("is read whether or not it is enumerable, and once", () => {
    const hidden = Object.defineProperty({}, "maxPieceCount", { value: 0, enumerable: false });
    expect(() => set(hidden)).toThrow(RangeError);
    let reads = 0;
    const shifting = {
      get maxPieceCount(): number {
        return ++reads === 1 ? 2 : Infinity;
      },
    };
    expect(table.resolve(shifting).maxPieceCount).toBe(2);
  });

  it("is refused under a name that is not in the table", () => {
    const own = Reflect.ownKeys(Object.prototype).filter((key) => typeof key === "string");
    const names = ["maxPieceByte", "maxpiecebytes", "maxPieceBytes ", "", "0", ...own];
    for (const of of names) {
      const overrides = Object.defineProperty({}, of, { value: 64, enumerable: true });
      expect(() => set(overrides), of).toThrow(TypeError);
      expect(() => table.check(of as never, 64), of).toThrow(TypeError);
    }
    expect(() => set({ [Symbol("maxPieceBytes")]: 64 })).toThrow(TypeError);
    expect(() => set(JSON.parse('{"__proto__":{"maxPieceBytes":64}}'))).toThrow(TypeError);
    expect(Object.hasOwn(Object.prototype, "maxPieceBytes")).toBe(false);
  });

  it.each([null, 5, "maxPieceBytes", true, () => 1, Symbol("limits")])(
    "is refused in %o, which is no object",
    (overrides) => {
      expect(() => set(overrides)).toThrow(
        new TypeError("probe limits: expected an object of numbers by name"),
      );
    },
  );

  it("is refused in a list", () => {
    for (const overrides of [[], [64]]) expect(() => set(overrides)).toThrow(TypeError);
  });

  it("says what was expected and what came, but no text that came", () => {
    expect(() => set({ maxPieceCount: 65 })).toThrow(
      new RangeError("probe.maxPieceCount: expected a whole number from 1 to 64, got 65"),
    );
    expect(() => set({ maxPieceCount: "s3cret" })).toThrow(
      new RangeError(
        "probe.maxPieceCount: expected a whole number from 1 to 64, got a value of type string",
      ),
    );
  });
});

describe("row: L1 a resolved set", () => {
  it("is frozen", () => {
    const sets = [
      table.resolve(),
      table.resolve({}, "strict"),
      table.resolve({ maxPieceCount: 2 }),
    ];
    for (const values of sets) {
      expect(Object.isFrozen(values)).toBe(true);
      expect(Reflect.set(values, "maxPieceCount", Infinity)).toBe(false);
      expect(Object.keys(values)).toEqual(NAMES);
    }
  });

  it("is given back as it is, whatever the preset", () => {
    for (const values of [table.resolve(), table.resolve({ maxPieceCount: 2 }, "strict")]) {
      expect(table.resolve(values)).toBe(values);
      expect(table.resolve(values, "strict")).toBe(values);
    }
  });

  it("of another table, or a copy, is judged like any other object", () => {
    const copy = { ...table.resolve({ maxPieceCount: 2 }) };
    expect(table.resolve(copy)).toEqual(copy);
    expect(table.resolve(copy)).not.toBe(copy);
    const other = defineLimits("other", [
      { name: "maxPieceCount", default: 100, min: 1, max: 100, reason: "more pieces" },
    ]);
    expect(() => table.resolve(other.resolve())).toThrow(RangeError);
    expect(() => other.resolve(table.resolve() as never)).toThrow(TypeError);
  });
});

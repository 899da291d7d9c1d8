// RFC 9110 §5.2, §5.3: an ordered list of lines, compared with a plain array through any sequence of
// calls. Names are data (H1-29).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fields, fieldName, fieldValue, type FieldName, type FieldValue } from "@wirewall/fields";

const name = fc.constantFrom("a", "A", "b", "x-y", "X-Y", "__proto__", "set-cookie");
const value = fc.constantFrom("", "1", "a", "b", "a, b", "\xe9");
const line = fc.tuple(name, value);
const lower = ([left, right]: readonly [string, string]): [string, string] => [
  left.toLowerCase(),
  right,
];
const linesOf = (fields: Fields): (readonly [string, string])[] => Array.from(fields);
const brand = ([left, right]: readonly [string, string]): [FieldName, FieldValue] => [
  fieldName(left),
  fieldValue(right),
];

describe("RFC 9110 §5.3 a list of fields", () => {
  const call = fc.oneof(
    fc.record({ verb: fc.constantFrom("append", "set"), line }),
    fc.record({ verb: fc.constantFrom("delete"), line }),
  );

  it("is like an array of pairs after any sequence of calls", () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(call), name, (first, calls, asked) => {
        const fields = new Fields(first);
        let model = first.map(lower);
        for (const { verb, line: given } of calls) {
          const [left, right] = lower(given);
          const others = model.filter(([other]) => other !== left);
          if (verb === "delete") {
            expect(fields.delete(given[0])).toBe(others.length < model.length);
            model = others;
          } else {
            expect(fields[verb === "set" ? "set" : "append"](...brand(given))).toBe(fields);
            model = [...(verb === "set" ? others : model), [left, right]];
          }
        }
        expect(linesOf(fields)).toEqual(model);
        expect(fields.size).toBe(model.length);
        const values = model.filter(([left]) => left === asked.toLowerCase());
        expect(fields.has(asked)).toBe(values.length > 0);
        expect(fields.get(asked)).toBe(values[0]?.[1]);
        expect(fields.getAll(asked)).toEqual(values.map(([, right]) => right));
        for (const [at, [left, right]] of model.entries())
          expect([fields.nameAt(at), fields.valueAt(at)]).toEqual([left, right]);
        expect(linesOf(new Fields(fields))).toEqual(model);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps repeated lines apart and in order, and joins none", () => {
    const fields = new Fields([
      ["Set-Cookie", "a=1"],
      ["b", "2"],
      ["set-cookie", "c=3"],
    ]);
    expect(fields.get("SET-COOKIE")).toBe("a=1");
    expect(fields.getAll("set-cookie")).toEqual(["a=1", "c=3"]);
    expect(linesOf(fields)).toEqual([
      ["set-cookie", "a=1"],
      ["b", "2"],
      ["set-cookie", "c=3"],
    ]);
  });

  it("is built from whatever gives pairs, and is a copy of it", () => {
    const pairs: [string, string][] = [["a", "1"]];
    const map = new Map(pairs);
    const first = new Fields(pairs);
    for (const fields of [first, new Fields(map), new Fields(new Map(map).entries())])
      expect(linesOf(fields)).toEqual([["a", "1"]]);
    const copy = new Fields(first);
    first.append(...brand(["b", "2"]));
    pairs.push(["c", "3"]);
    expect([first.size, copy.size, new Fields().size]).toEqual([2, 1, 0]);
    copy.delete("a");
    expect(first.get("a")).toBe("1");
  });

  it.each([
    ["a name", "a:", "1"],
    ["an empty name", "", "1"],
    ["a value", "a", "1\n"],
    ["a value's edge", "a", " 1"],
    ["no value", "a", undefined],
  ])("is not built with %s that is none", (_, left, right) => {
    expect(
      () =>
        new Fields([
          ["ok", "1"],
          [left, right as string],
        ]),
    ).toThrow(TypeError);
  });

  it.each([-1, 2, 0.5, 1.5, Number.NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 32 + 1])(
    "has no line %d of 2",
    (index) => {
      const fields = new Fields([
        ["a", "1"],
        ["b", "2"],
      ]);
      expect(() => fields.nameAt(index)).toThrow(RangeError);
      expect(() => fields.valueAt(index)).toThrow(RangeError);
    },
  );
});

describe("walking over fields", () => {
  it("sees the lines as they were when it began: none is skipped when others are removed", () => {
    const fields = new Fields([
      ["x-a", "1"],
      ["x-b", "2"],
      ["c", "3"],
      ["x-d", "4"],
    ]);
    const seen: string[] = [];
    for (const [left] of fields) {
      seen.push(left);
      if (left.startsWith("x-")) fields.delete(left);
    }
    expect(seen).toEqual(["x-a", "x-b", "c", "x-d"]);
    expect(linesOf(fields)).toEqual([["c", "3"]]);
  });

  it("ends, even if every line adds another", () => {
    const fields = new Fields([
      ["a", "1"],
      ["b", "2"],
    ]);
    for (const [left, right] of fields) fields.append(left, right);
    expect(fields.size).toBe(4);
    for (const [left] of fields) fields.set(left, fieldValue("3"));
    expect(linesOf(fields)).toEqual([
      ["a", "3"],
      ["b", "3"],
    ]);
  });
});

describe("a list that was validated already", () => {
  it("is taken over as it is, and by that call only", () => {
    const flat = [fieldName("a"), fieldValue("1"), fieldName("a"), fieldValue("2")];
    const fields = Fields.adopt(flat);
    expect(linesOf(fields)).toEqual([
      ["a", "1"],
      ["a", "2"],
    ]);
    expect(new Fields().size).toBe(0);
    expect(linesOf(new Fields([["b", "3"]]))).toEqual([["b", "3"]]);
    expect(linesOf(Fields.adopt([]))).toEqual([]);
  });
});

describe("threat: H1-29 names that every object has", () => {
  const keys = Reflect.ownKeys(Object.prototype).filter((key) => typeof key === "string");
  const before = Object.getOwnPropertyDescriptors(Object.prototype);

  it("are absent until they are sent", () => {
    const empty = new Fields();
    for (const key of [...keys, "size", "get", "length", "0", "#flat"]) {
      expect(empty.has(key), key).toBe(false);
      expect(empty.get(key), key).toBeUndefined();
      expect(empty.getAll(key), key).toEqual([]);
      expect(empty.delete(key), key).toBe(false);
    }
  });

  it("are names like others, and change no prototype", () => {
    expect(keys).toContain("__proto__");
    const fields = new Fields(keys.map((key, at) => [key, `v${at}`] as const));
    for (const [at, key] of keys.entries()) {
      expect(fields.get(key)).toBe(`v${at}`);
      expect(fields.nameAt(at)).toBe(key.toLowerCase());
    }
    fields.set(fieldName("__proto__"), fieldValue("polluted"));
    expect(fields.get("__PROTO__")).toBe("polluted");
    expect(fields.delete("constructor")).toBe(true);
    expect(fields.size).toBe(keys.length - 1);
    expect(Object.getOwnPropertyDescriptors(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(fields).toBeInstanceOf(Fields);
  });

  it("do not show when a list is printed as JSON", () => {
    expect(JSON.stringify(new Fields([["authorization", "s3cret"]]))).toBe("{}");
  });
});

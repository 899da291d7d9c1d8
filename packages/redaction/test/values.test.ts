// Values of any shape: classes in their order, bounds, and nothing of the input is called, changed or believed.

import { describe, expect, it } from "vitest";
import { redactor, Secret, Sensitive, type RedactorOptions } from "../src/index.js";

const redact = (value: unknown, options: RedactorOptions = {}): unknown =>
  redactor(options).redact(value).value;
/** Compared as JSON: the results have no prototypes. */
const json = (value: unknown, options?: RedactorOptions): unknown =>
  JSON.parse(JSON.stringify(redact(value, options)));

describe("row: P3 classes and modes", () => {
  const record = {
    seed: 42,
    level: 30,
    code: "http1.framing.conflict",
    user: { email: "jo@mail.example", age: 41, admin: true },
    "X-Api-Key": "k",
    nested: { deep: [{ refresh_token: { a: 1 } }] },
    note: null,
  };

  it("metadata_only keeps what is known to be harmless, and lengths of the rest", () => {
    expect(json(record)).toEqual({
      seed: 42,
      level: 30,
      code: "http1.framing.conflict",
      user: { email: "[sensitive len:15]", age: "[sensitive len:2]", admin: true },
      "X-Api-Key": "[secret]",
      nested: { deep: [{ refresh_token: "[secret]" }] },
      note: null,
    });
  });

  it("strict keeps what replay needs, and no lengths", () => {
    expect(json(record, { mode: "strict" })).toEqual({
      seed: 42,
      code: "http1.framing.conflict",
      user: {},
      "X-Api-Key": "[secret]",
      nested: { deep: [{ refresh_token: "[secret]" }] },
      note: null,
    });
  });

  it("none keeps everything but secrets, and is refused in ci", () => {
    expect(json({ ...record, text: "password=x" }, { mode: "none" })).toMatchObject({
      level: 30,
      user: { email: "jo@mail.example", age: 41, admin: true },
      "X-Api-Key": "[secret]",
      text: "password=[secret]",
    });
    expect(() => redactor({ mode: "none", environment: "ci" })).toThrow(/ci/);
  });

  it("a wrapper goes before a declared class, that before the name, that before the text", () => {
    const value = {
      tokenCount: 3,
      token: new Sensitive("abc"),
      code: new Secret("x"),
      status: "password=abc",
      items: [{ id: 7 }, { id: 8 }],
    };
    const classes = {
      tokenCount: "metadata",
      "items.*.id": "metadata",
      "items.1.id": "secret",
    } as const;
    expect(json(value, { classes })).toEqual({
      tokenCount: 3,
      token: "[sensitive len:3]",
      code: "[secret]",
      status: "password=[secret]",
      items: [{ id: 7 }, { id: "[secret]" }],
    });
  });

  it.each([
    "Authorization",
    "proxy-authorization",
    "Set-Cookie",
    "SESSION_ID",
    "client.secret",
    "user password",
    "accessToken",
    "API-KEY",
    "x_csrf",
    "passphrase2",
    "aws_credentials",
    "private-key",
    "bearer",
    "db_passwd",
  ])("the name %s promises a secret", (name) => {
    expect(json({ [name]: "x", inner: { [name]: ["x"] } }, { mode: "none" })).toEqual({
      [name]: "[secret]",
      inner: { [name]: "[secret]" },
    });
  });

  it.each(["toke", "passwor", "authorisation", "key", "pass", "sec/ret"])("%s does not", (name) => {
    expect(json({ [name]: "x" }, { mode: "none" })).toEqual({ [name]: "x" });
  });

  it("threat: RD-02 fields of HTTP are sensitive unless they are known", () => {
    const headers = new Headers({
      "content-type": "text/html",
      "content-length": "5",
      "x-user": "jo",
    });
    headers.append("authorization", "Basic x");
    headers.append("set-cookie", "a=b");
    expect(json({ headers })).toEqual({
      headers: {
        authorization: "[secret]",
        "content-length": "5",
        "content-type": "text/html",
        "set-cookie": "[secret]",
        "x-user": "[sensitive len:2]",
      },
    });
  });
});

describe("row: P3 threat: RD-01 depth", () => {
  it.each([1, 2, 8, 32, 62])("a secret at depth %i, through objects and lists", (depth) => {
    let value: unknown = { password: "canary" };
    for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { a: value } : [value];
    for (const mode of ["metadata_only", "strict", "none"] as const)
      expect(JSON.stringify(redact(value, { mode }))).not.toContain("canary");
    expect(JSON.stringify(redact(value, { mode: "none" }))).toContain("[secret]");
  });

  it("what lies deeper than may be looked is not kept", () => {
    let value: unknown = "canary";
    for (let level = 0; level < 100_000; level++) value = { a: value };
    const text = JSON.stringify(redact(value, { mode: "none" }));
    expect(text).not.toContain("canary");
    expect(text.match(/\{/g)).toHaveLength(64);
    expect(text).toContain('"[depth]"');
  });
});

describe("row: P3 bounds, at their edge and beyond", () => {
  const none = { mode: "none" } as const;
  const list = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
  const members = (count: number): object =>
    Object.fromEntries(list(count).map((at) => [`k${at}`, at]));

  it("items", () => {
    const limits = { maxItemCount: 3 };
    for (const count of [0, 2, 3])
      expect(json(list(count), { ...none, limits })).toEqual(list(count));
    expect(json(list(4), { ...none, limits })).toEqual([0, 1, 2, "[truncated]"]);
    expect(json(new Array(1_000_000), { ...none, limits })).toEqual([
      null,
      null,
      null,
      "[truncated]",
    ]);
  });

  it("members", () => {
    const limits = { maxKeyCount: 3 };
    for (const count of [0, 2, 3])
      expect(json(members(count), { ...none, limits })).toEqual(members(count));
    expect(json(members(4), { ...none, limits })).toEqual({
      ...members(3),
      "[truncated]": "[truncated]",
    });
  });

  it("nodes, whatever they are", () => {
    const limits = { maxNodeCount: 4 };
    expect(json([1, 2, 3], { ...none, limits })).toEqual([1, 2, 3]);
    expect(json([1, 2, 3, 4], { ...none, limits })).toEqual([1, 2, 3, "[truncated]"]);
    expect(json([[], {}, [], {}, []], { ...none, limits })).toEqual([
      [],
      {},
      [],
      "[truncated]",
      "[truncated]",
    ]);
  });

  it("texts and output", () => {
    const limits = { maxStringBytes: 16, maxOutputBytes: 64 };
    expect(json("x".repeat(16), { ...none, limits })).toBe("x".repeat(16));
    expect(json("x".repeat(17), { ...none, limits })).toBe("[sensitive len:17]");
    const texts = list(10).map(() => "x".repeat(16));
    expect(json(texts.slice(0, 4), { ...none, limits })).toEqual(texts.slice(0, 4));
    expect(json(texts, { ...none, limits })).toEqual([...texts.slice(0, 5), "[truncated]"]);
  });

  it("causes of errors", () => {
    let error: Error | undefined;
    for (let level = 0; level < 20; level++) error = new Error(`e${level}`, { cause: error });
    const text = JSON.stringify(redact(error, none));
    expect(text.match(/"message"/g)).toHaveLength(9);
  });

  it("a value of a million parts costs no more than its bound", () => {
    const wide = list(1_000_000).map(() => ({}));
    const { value } = redactor({ limits: { maxItemCount: 10_000_000 } }).redact(wide);
    expect((value as unknown[]).length).toBeLessThanOrEqual(100_001);
  });
});

describe("row: P3 threat: RD-04 hostile values", () => {
  const trap = (): never => {
    throw new Error("user code ran");
  };

  it("accessors, toJSON, inspect, iterators and names are not asked", () => {
    const value = {
      get danger() {
        return trap();
      },
      toJSON: trap,
      toString: trap,
      valueOf: trap,
      [Symbol.iterator]: trap,
      [Symbol.toPrimitive]: trap,
      [Symbol.for("nodejs.util.inspect.custom")]: trap,
      get [Symbol.toStringTag]() {
        return trap();
      },
      seed: 1,
    };
    expect(json(value)).toEqual({
      danger: "[unreadable]",
      toJSON: "[function]",
      toString: "[function]",
      valueOf: "[function]",
      seed: 1,
    });
    class Sneaky extends Map<string, string> {
      override get size(): number {
        return trap();
      }
      override entries(): never {
        return trap();
      }
      override [Symbol.iterator](): never {
        return trap();
      }
    }
    expect(json(new Sneaky().set("seed", "1"))).toEqual({ seed: "1" });
    const bytes = Object.defineProperty(new Uint8Array(5), "byteLength", { get: trap });
    expect(json(bytes)).toBe("[bytes len:5]");
  });

  it("proxies that throw, and ones that were revoked, are unreadable", () => {
    const throwing = new Proxy(
      {},
      { ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap },
    );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(json([throwing, proxy])).toEqual(["[unreadable]", "[unreadable]"]);
  });

  it("cycles, and the same value twice, which is none", () => {
    const shared = { seed: 1 };
    const cycle: Record<string, unknown> = { a: shared, b: shared };
    cycle["self"] = cycle;
    cycle["list"] = [cycle];
    expect(json(cycle)).toEqual({
      a: { seed: 1 },
      b: { seed: 1 },
      self: "[cycle]",
      list: ["[cycle]"],
    });
  });

  it("what is of the language is understood", () => {
    const error = Object.assign(new TypeError("password=x", { cause: "y" }), {
      code: "E1",
      extra: 1,
    });
    delete error.stack;
    const value = {
      map: new Map<unknown, unknown>([
        ["token", 1],
        [2, "b"],
        [{}, "c"],
      ]),
      set: new Set(["a"]),
      time: new Date(0),
      when: new Date(0),
      url: new URL("https://u:p@h.example/a"),
      big: 12n,
      nan: Number.NaN,
      buffer: new ArrayBuffer(3),
      view: new DataView(new ArrayBuffer(4)),
      symbol: Symbol("s"),
      nothing: undefined,
      error,
    };
    expect(json(value, { mode: "none" })).toEqual({
      map: { token: "[secret]", "2": "b", "[object]": "c" },
      set: ["a"],
      time: "1970-01-01T00:00:00.000Z",
      when: "1970-01-01T00:00:00.000Z",
      url: "https://[secret]@h.example/a",
      big: "12",
      nan: "NaN",
      buffer: "[bytes len:3]",
      view: "[bytes len:4]",
      symbol: "[symbol]",
      error: { type: "TypeError", code: "E1", message: "password=[secret]", cause: "y", extra: 1 },
    });
    expect(json(new Date(Number.NaN))).toEqual({});
  });

  it("names are data: __proto__, constructor, and ones with line ends or addresses of mail", () => {
    const value = JSON.parse(
      '{"__proto__": {"seed": 1}, "constructor": 1, "a\\nb": 1, "jo@mail.example": 1}',
    ) as object;
    const copy = redact(value) as object;
    expect(Object.getPrototypeOf(copy)).toBeNull();
    expect(Object.keys(copy)).toEqual([
      "__proto__",
      "constructor",
      "a\\u000ab",
      "[sensitive len:15]",
    ]);
    expect(({} as { seed?: number }).seed).toBeUndefined();
    const many = { "ab@mail.example": 1, "cd@mail.example": 2 };
    expect(Object.keys(redact(many) as object)).toEqual([
      "[sensitive len:15]",
      "[sensitive len:15]#2",
    ]);
  });

  it("the input is as it was", () => {
    const value = Object.freeze({
      password: "x",
      list: Object.freeze([Object.freeze({ a: "b" })]),
    });
    const before = JSON.stringify(value);
    redact(value);
    expect(JSON.stringify(value)).toBe(before);
  });

  it("wrappers never print", () => {
    for (const shown of [new Secret("canary"), new Sensitive("canary")])
      for (const text of [String(shown), JSON.stringify({ shown }), `${JSON.stringify([shown])}`])
        expect(text).not.toContain("canary");
    expect(new Secret("a").reveal()).toBe("a");
  });
});

describe("row: P3 what was done is counted", () => {
  it("by class, and told to a trace as one event without any value", () => {
    const events: unknown[] = [];
    const one = redactor({ trace: { event: (event) => events.push(event) }, now: () => 7 });
    const { counts } = one.redact({ password: "canary", note: "canary", f: () => {} });
    expect(counts).toEqual({ secret: 1, sensitive: 1, removed: 1 });
    one.redact({ seed: 1 });
    expect(events).toEqual([
      {
        seq: 0,
        t: 7,
        kind: "redaction_applied",
        data: { code: "class", count: 3, secret: 1, sensitive: 1, removed: 1 },
      },
    ]);
  });

  it("options that are none are refused by name", () => {
    expect(() => redactor({ mode: "loud" as never })).toThrow(/mode: expected one of/);
    expect(() => redactor({ classes: { a: "public" as never } })).toThrow(/classes: "a"/);
    expect(() => redactor({ classes: { "a..b": "secret" } })).toThrow(/dots/);
    expect(() => redactor({ limits: { maxDepth: 0 } })).toThrow(/maxDepth/);
  });
});

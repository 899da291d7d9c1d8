// Tokens: whoever holds one can make it weaker and never stronger, and each known abuse is denied.

import { createHmac, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attenuateToken,
  FetchGrant,
  judgeFetch,
  judgeStorage,
  Key,
  mintToken,
  StorageGrant,
  verifyToken,
  type Caveat,
  type Mac,
  type TokenContext,
} from "../src/index.js";

const mac: Mac = (key, data) => createHmac("sha256", key).update(data).digest();
const active = new Key("k2", randomBytes(32));
const retired = new Key("k1", randomBytes(32));
const root = {
  fetch: new FetchGrant({
    origins: ["https://a.example", "https://b.example"],
    methods: ["GET", "POST"],
  }),
  storage: new StorageGrant({ backends: ["memory"], operations: ["get"], namespaces: ["cache:*"] }),
};
const NOW = 1_800_000_000_000;
const context: TokenContext = { mac, keys: { active, retired }, now: NOW, root };
const mint = (caveats: readonly Caveat[] = [], key = active) =>
  mintToken(key, randomBytes(16), caveats, mac);
const check = async (caveats: readonly Caveat[], more: Partial<TokenContext> = {}) =>
  verifyToken(await mint(caveats), { ...context, ...more });

describe("row: P7 tokens", () => {
  it("what comes of one is the root's grant, met with every caveat", async () => {
    const token = await attenuateToken(
      await mint([{ type: "origins", values: ["https://a.example", "https://c.example"] }]),
      [
        { type: "methods", values: ["get", "DELETE"] },
        { type: "namespaces", values: ["cache:x", "other"] },
      ],
      mac,
    );
    const verified = await verifyToken(token, context);
    expect(verified).toMatchObject({ type: "verified" });
    if (verified.type !== "verified") return;
    const { fetch: granted, storage } = verified.grant;
    const ask = (url: string, method: string) =>
      granted === undefined
        ? undefined
        : judgeFetch(granted, { url, method, fields: [], asksForCredentials: false }).type;
    expect(ask("https://a.example/", "GET")).toBe("allowed");
    for (const [url, method] of [
      ["https://a.example/", "POST"],
      ["https://a.example/", "DELETE"],
      ["https://b.example/", "GET"],
      ["https://c.example/", "GET"],
    ] as const)
      expect(ask(url, method)).toBe("denial");
    if (storage === undefined) throw new Error("the storage is gone");
    const at = (namespace: string) =>
      judgeStorage(storage, { backend: "memory", operation: "get", namespace, key: "k" })?.name;
    expect([at("cache:x"), at("cache:y"), at("other")]).toEqual([
      undefined,
      "NamespaceDenied",
      "NamespaceDenied",
    ]);
  });

  it("times hold with a skew of 5 s and not a millisecond more", async () => {
    const at = (now: number) => ({ now });
    const until: Caveat = { type: "timeBefore", at: NOW };
    const from: Caveat = { type: "timeAfter", at: NOW };
    expect(await check([until], at(NOW + 4_999))).toMatchObject({ type: "verified" });
    expect(await check([until], at(NOW + 5_000))).toMatchObject({ name: "TokenExpired" });
    expect(await check([from], at(NOW - 5_000))).toMatchObject({ type: "verified" });
    expect(await check([from], at(NOW - 5_001))).toMatchObject({ name: "TokenNotYetValid" });
  });

  it("uses are counted last, and the smallest bound counts", async () => {
    const used = new Map<string, number>();
    const takeUse = (id: string, max: number): boolean => {
      const count = used.get(id) ?? 0;
      if (count >= max) return false;
      used.set(id, count + 1);
      return true;
    };
    const token = await mint([
      { type: "maxUses", count: 5 },
      { type: "maxUses", count: 2 },
      { type: "audience", value: "me" },
    ]);
    const mine = { ...context, takeUse, audience: "me" };
    expect(await verifyToken(token, { ...mine, audience: "other" })).toMatchObject({
      name: "CaveatFailed",
    });
    expect(used.size).toBe(0);
    for (let use = 0; use < 2; use++)
      expect(await verifyToken(token, mine)).toMatchObject({ type: "verified" });
    expect(await verifyToken(token, mine)).toMatchObject({ name: "UsesExhausted", max: 2 });
  });

  it("the key before is believed, and one before that is not", async () => {
    const old = new Key("k0", randomBytes(32));
    expect(await verifyToken(await mint([], retired), context)).toMatchObject({ type: "verified" });
    expect(await verifyToken(await mint([], old), context)).toMatchObject({
      name: "TokenRejected",
    });
    const bytes = randomBytes(32);
    const keys = { active: new Key("k3", bytes) };
    const other = await mint([], new Key("other", bytes));
    expect(await verifyToken(other, { ...context, keys })).toMatchObject({ name: "TokenRejected" });
    const impostor = new Key("k2", randomBytes(32));
    expect(await verifyToken(await mint([], impostor), context)).toMatchObject({
      name: "TokenRejected",
    });
  });

  it("HMAC and HKDF are those of RFC 4231 and RFC 5869", async () => {
    // RFC 5869 A.3: no salt, no info is not derivable here, so its PRK is compared by way of HMAC.
    const ikm = Uint8Array.from(new Array<number>(32).fill(0x0b));
    const prk = createHmac("sha256", Buffer.alloc(32)).update(ikm).digest();
    const okm = createHmac("sha256", prk).update("tokens").update(Uint8Array.of(1)).digest();
    const derived = await new Key("a", ikm).derive("tokens", mac);
    const data = Uint8Array.of(1, 2, 3);
    expect(Buffer.from(await derived.sign(data, mac))).toEqual(
      createHmac("sha256", okm).update(data).digest(),
    );
  });
});

describe("row: P7 abuse of tokens is denied", () => {
  it("confused deputy: a token for somebody else", async () => {
    const caveats: Caveat[] = [{ type: "audience", value: "billing" }];
    expect(await check(caveats, { audience: "mail" })).toMatchObject({ reason: "audience" });
    expect(await check(caveats)).toMatchObject({ reason: "audience" });
    expect(await check(caveats, { audience: "billing" })).toMatchObject({ type: "verified" });
  });

  it("outside of its region or task, by whole segments", async () => {
    const region: Caveat[] = [{ type: "regionScope", value: "0.2" }];
    for (const path of ["0", "0.20", "0.3", undefined])
      expect(await check(region, path === undefined ? {} : { region: path })).toMatchObject({
        reason: "regionScope",
      });
    for (const path of ["0.2", "0.2.1"])
      expect(await check(region, { region: path })).toMatchObject({ type: "verified" });
    expect(await check([{ type: "taskScope", value: "0.1" }], { task: "0.10" })).toMatchObject({
      reason: "taskScope",
    });
  });

  it("over-delegation: a caveat that names more adds nothing", async () => {
    const wide = await check([
      { type: "origins", values: ["*"] },
      { type: "methods", values: ["PUT"] },
    ]);
    if (wide.type !== "verified") throw new Error(wide.name);
    expect([...(wide.grant.fetch?.origins.keys() ?? [])]).toEqual([
      "https://a.example",
      "https://b.example",
    ]);
    expect(wide.grant.fetch?.methods).toEqual([]);
  });

  it("replay for another request", async () => {
    const caveats: Caveat[] = [{ type: "requestDigest", digest: new Uint8Array(32).fill(1) }];
    const other = new Uint8Array(32).fill(2);
    expect(await check(caveats, { requestDigest: other })).toMatchObject({ name: "CaveatFailed" });
    expect(await check(caveats, { requestDigest: new Uint8Array(32).fill(1) })).toMatchObject({
      type: "verified",
    });
  });

  it("revocation race: two that use the last use at once have one between them", async () => {
    let left = 1;
    const takeUse = async (): Promise<boolean> => {
      await Promise.resolve();
      return left-- > 0;
    };
    const token = await mint([{ type: "maxUses", count: 1 }]);
    const both = await Promise.all([1, 2].map(() => verifyToken(token, { ...context, takeUse })));
    expect(both.map(({ type }) => type).toSorted()).toEqual(["denial", "verified"]);
  });

  it("no counter, no judge of a caveat, a caveat that is not known: denied", async () => {
    expect(await check([{ type: "maxUses", count: 1 }])).toMatchObject({ reason: "no-counter" });
    expect(await check([{ type: "custom", name: "team", value: "red" }])).toMatchObject({
      reason: "custom",
    });
    const custom = (name: string, value: string): boolean => name === "team" && value === "red";
    expect(await check([{ type: "custom", name: "team", value: "red" }], { custom })).toMatchObject(
      {
        type: "verified",
      },
    );
  });

  it("truncated chain: no caveat can be taken out, moved or changed", async () => {
    const token = await mint([
      { type: "methods", values: ["GET"] },
      { type: "timeBefore", at: NOW - 60_000 },
    ]);
    const last = 5 + 8;
    const tag = token.subarray(token.length - 37);
    const without = Uint8Array.from([...token.subarray(0, token.length - 37 - last), ...tag]);
    expect(await verifyToken(without, context)).toMatchObject({ name: "TokenRejected" });
    for (let at = 0; at < token.length; at++) {
      const changed = Uint8Array.from(token);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const judged = await verifyToken(changed, context);
      expect(judged.type, `byte ${at}`).toBe("denial");
      if (judged.type === "denial")
        expect(["TokenMalformed", "TokenRejected"]).toContain(judged.name);
    }
    for (let length = 0; length < token.length; length++)
      expect(await verifyToken(token.subarray(0, length), context)).toMatchObject({
        type: "denial",
      });
  });

  it("forged: no tag, a tag of zeros, an unknown key looks like a wrong tag", async () => {
    const token = await mint();
    const zeros = Uint8Array.from(token).fill(0, token.length - 32);
    const judged = await verifyToken(zeros, context);
    expect(judged).toEqual(
      await verifyToken(await mint([], new Key("zz", randomBytes(32))), context),
    );
    expect(judged).toMatchObject({ name: "TokenRejected" });
  });

  it("too many caveats and too many bytes are neither made nor read", async () => {
    const one: Caveat = { type: "methods", values: ["GET"] };
    const full = await mint(new Array<Caveat>(32).fill(one));
    expect(await verifyToken(full, context)).toMatchObject({ type: "verified" });
    await expect(attenuateToken(full, [one], mac)).rejects.toThrow(RangeError);
    await expect(mint([{ type: "audience", value: "a".repeat(4_096) }])).rejects.toThrow(
      RangeError,
    );
    expect(await verifyToken(new Uint8Array(4_097), context)).toMatchObject({
      name: "TokenMalformed",
    });
  });

  it("any bytes are a denial and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await verifyToken(bytes, context)).toMatchObject({ type: "denial" });
      }),
      { numRuns: 500 },
    );
  });

  it("a key never prints, is long enough, and is chance", () => {
    const bytes = randomBytes(32);
    const key = new Key("a", bytes);
    const shown = [
      String(key),
      JSON.stringify({ key }),
      inspect(key),
      inspect({ key }, { showHidden: true }),
    ];
    for (const text of shown) {
      expect(text).toContain("[key]");
      expect(text).not.toContain(bytes.toString("hex").slice(0, 8));
    }
    expect(() => new Key("a", new Uint8Array(31).fill(1))).toThrow(RangeError);
    expect(() => new Key("a", new Uint8Array(32))).toThrow(RangeError);
  });
});

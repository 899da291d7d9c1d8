// Storage, transport, entropy and time: each denies by default, in its order, and allows exactly what it says.

import { describe, expect, it } from "vitest";
import {
  authorizeStorage,
  EntropyGrant,
  judgeEntropy,
  judgeStorage,
  judgeTime,
  judgeTransport,
  memoryStore,
  StorageGrant,
  TimeGrant,
  TransportGrant,
  type StorageEvent,
  type StorageQuestion,
} from "../src/index.js";
import type { TraceEvent } from "@wirewall/trace";

describe("row: P2 transport", () => {
  const grant = new TransportGrant({
    kinds: ["websocket"],
    origins: [
      "wss://a.example",
      { origin: "ws://127.0.0.1:8080", privateAddress: true },
      { origin: "ws://b.example", privateAddress: true },
      "https://a.example",
    ],
  });
  const judge = (question: object, supported?: readonly ("websocket" | "webtransport")[]) =>
    judgeTransport(grant, { url: "wss://a.example/", kind: "websocket", ...question }, supported);

  it.each([
    ["InvalidUrl", { url: "wss://u@b.example", kind: "webtransport" }],
    ["UnsupportedKind", { url: "wss://c.example", kind: "webtransport" }],
    ["OriginDenied", { url: "wss://c.example" }],
    ["OriginDenied", { url: "wss://a.example:8443" }],
    ["TooManySubprotocols", { subprotocols: new Array(9).fill("x"), attempt: 9 }],
    ["ReconnectAttemptExceeded", { attempt: 4 }],
    ["InsecureScheme", { url: "ws://b.example" }],
    ["InsecureScheme", { url: "https://a.example" }],
  ])("%s", (name, question) => {
    expect(judge(question)).toMatchObject({ name });
  });

  it("ws to this machine has to be granted as private", () => {
    const open = new TransportGrant({ kinds: ["websocket"], origins: ["ws://127.0.0.1"] });
    const question = { url: "ws://127.0.0.1/", kind: "websocket" } as const;
    expect(judgeTransport(open, question)).toMatchObject({ name: "InsecureScheme" });
  });

  it("KindDenied where the host has it and the grant has not", () => {
    const question = { url: "https://a.example/", kind: "webtransport" };
    expect(judge(question, ["webtransport"])).toMatchObject({ name: "KindDenied" });
  });

  it("an address is judged as for fetch", () => {
    const local = new TransportGrant({ kinds: ["websocket"], origins: ["wss://10.0.0.1"] });
    const question = { url: "wss://10.0.0.1/", kind: "websocket" } as const;
    expect(judgeTransport(local, question)).toMatchObject({
      name: "AddressDenied",
      code: "authority.transport.address-denied",
    });
  });

  it("ws to this machine where that was granted; waits double up to 5 s", () => {
    expect(judge({ url: "ws://127.0.0.1:8080/x" })).toMatchObject({ type: "allowed", delayMs: 0 });
    expect([1, 2, 3].map((attempt) => judge({ attempt }))).toMatchObject([
      { delayMs: 250 },
      { delayMs: 500 },
      { delayMs: 1_000 },
    ]);
    const patient = new TransportGrant({
      kinds: ["websocket"],
      origins: ["wss://a.example"],
      maxReconnectCount: 100,
    });
    const late = { url: "wss://a.example", kind: "websocket", attempt: 90 } as const;
    expect(judgeTransport(patient, late)).toMatchObject({ delayMs: 5_000 });
  });

  it("an empty grant denies, and narrowing only takes", () => {
    const question = { url: "wss://a.example", kind: "websocket" } as const;
    expect(judgeTransport(TransportGrant.none, question)).toMatchObject({ name: "KindDenied" });
    for (const asked of [
      { kinds: ["webtransport"] as const },
      { origins: ["wss://c.example"] },
      { maxReconnectCount: 4 },
      { reconnectDelayMs: 1 },
    ])
      expect(() => grant.narrow(asked as never)).toThrow(RangeError);
    const less = grant.narrow({ origins: ["wss://a.example"], maxReconnectCount: 0 });
    expect(judgeTransport(less, question).type).toBe("allowed");
    expect(judgeTransport(less, { ...question, attempt: 1 })).toMatchObject({
      name: "ReconnectAttemptExceeded",
    });
  });
});

describe("row: P2 storage", () => {
  const grant = new StorageGrant({
    backends: ["memory"],
    operations: ["get", "set", "list"],
    namespaces: ["cache:*", "exact"],
  });
  const judge = (question: Partial<StorageQuestion>) =>
    judgeStorage(grant, {
      backend: "memory",
      operation: "get",
      namespace: "cache",
      key: "k",
      ...question,
    });

  it.each([
    ["InvalidNamespace", { namespace: "", backend: "local" }],
    ["BackendDenied", { backend: "local", operation: "clear" }],
    ["OperationDenied", { operation: "clear", namespace: "x" }],
    ["NamespaceDenied", { namespace: "x".repeat(200) }],
    ["NamespaceTooLarge", { namespace: `cache:${"é".repeat(62)}`, key: "" }],
    ["MissingKey", { key: "" }],
    ["KeyTooLarge", { key: "é".repeat(129) }],
    ["ValueTooLarge", { operation: "set", valueBytes: 1_048_577 }],
  ] as const)("%s", (name, question) => {
    expect(judge(question)).toMatchObject({ name });
  });

  it("at their bounds they are allowed", () => {
    expect(judge({ namespace: `cache:${"é".repeat(61)}` })).toBeUndefined();
    expect(judge({ key: "é".repeat(128) })).toBeUndefined();
    expect(judge({ operation: "set", valueBytes: 1_048_576 })).toBeUndefined();
  });

  it.each(["cachex", "Cache", "cache.x", "exact:x", "exactly", "xcache", "cache;x", "other"])(
    "block: ADV-03 threat: AU-12 %s is NamespaceDenied",
    (namespace) => {
      expect(judge({ namespace })).toMatchObject({
        name: "NamespaceDenied",
        code: "authority.storage.namespace-denied",
      });
    },
  );

  it.each(["cache", "cache:", "cache:x", "cache:x:y", "exact"])("%s is not", (namespace) => {
    expect(judge({ namespace })).toBeUndefined();
  });

  it("narrowing takes selectors that are within what is held", () => {
    const less = grant.narrow({ namespaces: ["cache:a", "cache:b:*"], operations: ["get"] });
    expect(
      judgeStorage(less, { backend: "memory", operation: "get", namespace: "cache:b:1", key: "k" }),
    ).toBeUndefined();
    for (const asked of [
      { namespaces: ["*"] },
      { namespaces: ["cachex"] },
      { namespaces: ["exact:*"] },
      { operations: ["clear"] },
      { backends: ["local"] },
      { maxKeyBytes: 257 },
    ] as const)
      expect(() => grant.narrow(asked as never)).toThrow(RangeError);
  });

  it("block: ADV-06 what happened is told once, without a name, and only when it is settled", async () => {
    const events: StorageEvent[] = [];
    const traced: TraceEvent[] = [];
    const storage = authorizeStorage(grant, {
      backend: "memory",
      store: memoryStore(),
      onEvent: (event) => events.push(event),
      trace: { event: (event) => traced.push(event) },
    });
    await storage.set("cache:canary-namespace", "canary-key", "canary-value");
    expect(await storage.get("cache:canary-namespace", "canary-key")).toBe("canary-value");
    await expect(storage.clear("cache:canary-namespace")).rejects.toMatchObject({
      code: "authority.storage.operation-denied",
    });
    expect(events).toEqual([
      {
        backend: "memory",
        operation: "set",
        labels: ["namespace[len:22]", "key[len:10]"],
        outcome: "ok",
      },
      {
        backend: "memory",
        operation: "get",
        labels: ["namespace[len:22]", "key[len:10]"],
        outcome: "ok",
      },
      {
        backend: "memory",
        operation: "clear",
        labels: ["namespace[len:22]"],
        outcome: "denied",
        code: "authority.storage.operation-denied",
      },
    ]);
    expect(traced.map(({ kind }) => kind)).toEqual(["policy_denied"]);
    expect(JSON.stringify([events, traced])).not.toContain("canary");
  });

  it("entries and bytes are counted per namespace, at their bounds and beyond, and a write that replaces is no new one", async () => {
    const small = new StorageGrant({
      backends: ["memory"],
      operations: ["get", "set", "delete", "list", "clear"],
      namespaces: ["*"],
      maxEntryCount: 2,
      quotaBytes: 10,
    });
    const storage = authorizeStorage(small, { backend: "memory", store: memoryStore() });
    await storage.set("a", "k", "1");
    await storage.set("a", "l", "1");
    await expect(storage.set("a", "m", "1")).rejects.toMatchObject({
      denial: { name: "EntryCountExceeded", max: 2, observed: 3 },
    });
    await storage.set("b", "m", "1");
    await storage.set("a", "k", "1234567");
    await expect(storage.set("a", "k", "12345678")).rejects.toMatchObject({
      denial: { name: "QuotaExceeded", max: 10, observed: 11 },
    });
    expect(await storage.list("a")).toEqual(["k", "l"]);
    await storage.delete("a", "k");
    await storage.clear("b");
    expect(await storage.list("a")).toEqual(["l"]);
    expect(await storage.list("b")).toEqual([]);
  });

  it("writes at the same time cannot pass the bound together", async () => {
    const one = new StorageGrant({
      backends: ["memory"],
      operations: ["set", "list"],
      namespaces: ["a"],
      maxEntryCount: 1,
    });
    const storage = authorizeStorage(one, { backend: "memory", store: memoryStore() });
    const settled = await Promise.allSettled(
      ["k", "l", "m"].map((key) => storage.set("a", key, "")),
    );
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(await storage.list("a")).toEqual(["k"]);
  });

  it("namespaces do not meet: a colon in a key is not one in a namespace", async () => {
    const wide = new StorageGrant({
      backends: ["memory"],
      operations: ["get", "set", "list"],
      namespaces: ["*"],
    });
    const storage = authorizeStorage(wide, { backend: "memory", store: memoryStore() });
    await storage.set("a", "b:c", "1");
    expect(await storage.get("a:b", "c")).toBeUndefined();
    expect(await storage.list("a:b")).toEqual([]);
  });
});

describe("row: P2 entropy and time", () => {
  it("entropy: source, operation, length", () => {
    const grant = new EntropyGrant({ sources: ["platform"], operations: ["bytes"], maxBytes: 32 });
    const judge = (question: object) =>
      judgeEntropy(grant, { source: "platform", operation: "bytes", bytes: 32, ...question });
    expect(judge({})).toBeUndefined();
    expect(judge({ source: "seeded", operation: "uuid" })).toMatchObject({ name: "SourceDenied" });
    expect(judge({ operation: "uuid", bytes: 99 })).toMatchObject({ name: "OperationDenied" });
    expect(judge({ bytes: 33 })).toMatchObject({
      name: "ByteLengthExceeded",
      max: 32,
      observed: 33,
    });
    expect(
      judgeEntropy(EntropyGrant.none, { source: "platform", operation: "bytes", bytes: 1 }),
    ).toMatchObject({ name: "SourceDenied" });
    expect(() => grant.narrow({ maxBytes: 33 })).toThrow(RangeError);
    expect(() => grant.narrow({ sources: ["seeded"] })).toThrow(RangeError);
  });

  it("time: source, operation, duration", () => {
    const grant = new TimeGrant({
      sources: ["monotonic", "timer", "wall"],
      operations: ["sleep", "now"],
      monotonicOnly: true,
      minDurationMs: 10,
      maxDurationMs: 100,
    });
    const judge = (question: object) =>
      judgeTime(grant, { source: "timer", operation: "sleep", durationMs: 50, ...question });
    expect(judge({})).toBeUndefined();
    expect(judge({ durationMs: 10 })).toBeUndefined();
    expect(judge({ durationMs: 100 })).toBeUndefined();
    expect(judge({ source: "wall", operation: "now" })).toMatchObject({
      name: "SourceDenied",
      reason: "monotonic",
    });
    expect(judge({ operation: "interval" })).toMatchObject({ name: "OperationDenied" });
    expect(judge({ durationMs: undefined })).toMatchObject({ name: "MissingDuration" });
    expect(judge({ durationMs: Number.NaN })).toMatchObject({ name: "MissingDuration" });
    expect(judge({ durationMs: 9 })).toMatchObject({ name: "DurationBelowMinimum", observed: 9 });
    expect(judge({ durationMs: 101 })).toMatchObject({
      name: "DurationAboveMaximum",
      observed: 101,
    });
    expect(judgeTime(TimeGrant.none, { source: "wall", operation: "now" })).toMatchObject({
      name: "SourceDenied",
    });
    for (const asked of [
      { maxDurationMs: 101 },
      { minDurationMs: 9 },
      { monotonicOnly: false },
      { operations: ["interval"] as const },
    ])
      expect(() => grant.narrow(asked as never)).toThrow(RangeError);
  });
});

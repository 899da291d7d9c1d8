// What a task may reach comes through its context, is absent unless it was granted, and only gets less.

import { runSeed, search } from "@wirewall/lab";
import { IoGrants, run, type Cx } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import {
  EntropyAuthority,
  EntropyGrant,
  grantsOf,
  ioTokens,
  labIo,
  memoryStore,
  noIo,
  StorageAuthority,
  StorageGrant,
  TimeAuthority,
  TimeGrant,
} from "../src/index.js";

const storage = new StorageAuthority(
  new StorageGrant({ backends: ["memory"], operations: ["get", "set"], namespaces: ["a", "b"] }),
  { backend: "memory", store: memoryStore() },
);

/** A program in a region that may reach so much. */
const within = (
  cap: Parameters<typeof grantsOf>[0],
  program: (cx: Cx) => Promise<unknown> | unknown,
) => runSeed((cx) => cx.withRegion({}, (_region, inner) => program(inner)), { io: grantsOf(cap) });

describe("row: P2 Cx with IoCap", () => {
  it("what was not granted is CAP_DENIED, each member by itself", async () => {
    for (const name of Object.keys(ioTokens) as (keyof typeof ioTokens)[]) {
      const report = await within(noIo, (cx) => cx.io(ioTokens[name] as never));
      expect(report.outcome).toMatchObject({ type: "panicked", error: { code: "CAP_DENIED" } });
    }
    const report = await within({ storage }, (cx) => cx.io(ioTokens.storage).grant.namespaces);
    expect(report.outcome).toMatchObject({ type: "ok", value: ["a", "b"] });
  });

  it("a row without io reaches nothing", async () => {
    const report = await within({ storage }, (cx) =>
      (cx.narrow("spawn") as unknown as Cx).io(ioTokens.storage),
    );
    expect(report.outcome).toMatchObject({ error: { code: "CAP_DENIED" } });
  });

  it("a region gets what is narrower, and keeps it for all below", async () => {
    const less = storage.narrow({ namespaces: ["a"] });
    const report = await within({ storage }, (cx) =>
      cx.withRegion({ io: grantsOf({ storage: less }) }, (_region, inner) =>
        inner.withRegion({}, (_other, deeper) => deeper.io(ioTokens.storage).grant.namespaces),
      ),
    );
    expect(report.outcome).toMatchObject({ type: "ok", value: ["a"] });
  });

  it("widening is refused at run time: another of the same kind, a wider one, one that was not held", async () => {
    const less = storage.narrow({ namespaces: ["a"] });
    const other = new StorageAuthority(new StorageGrant(), {
      backend: "memory",
      store: memoryStore(),
    });
    const time = new TimeAuthority(new TimeGrant());
    for (const [held, asked] of [
      [{ storage: less }, { storage }],
      [{ storage }, { storage: other }],
      [{ storage }, { storage, time }],
      [noIo, { storage }],
    ] as const) {
      const report = await within(held, (cx) => cx.withRegion({ io: grantsOf(asked) }, () => 1));
      expect(report.outcome).toMatchObject({ type: "panicked", error: { code: "CAP_DENIED" } });
    }
  });

  it("widening does not compile", () => {
    const program = (cx: Cx<"spawn">): void => {
      // @ts-expect-error a row without io has no grants
      cx.io(ioTokens.storage);
    };
    expect(program).toBeTypeOf("function");
  });

  it("the lab's: virtual time, seeded chance, and no other way out", async () => {
    const program = async (cx: Cx): Promise<unknown> => {
      const { time, entropy } = { time: cx.io(ioTokens.time), entropy: cx.io(ioTokens.entropy) };
      const before = time.now(cx);
      await time.sleep(cx, 60_000);
      return [time.now(cx) - before, [...entropy.bytes(cx, 4)], entropy.uuid(cx)];
    };
    const [one, two] = await Promise.all([within(labIo, program), within(labIo, program)]);
    expect(one?.outcome).toEqual(two?.outcome);
    expect(one?.outcome).toMatchObject({
      type: "ok",
      value: [
        60_000,
        expect.anything(),
        expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ),
      ],
    });
    const wall = await within(labIo, (cx) => cx.io(ioTokens.time).now(cx, "wall"));
    expect(wall.outcome).toMatchObject({ error: { code: "authority.time.source-denied" } });
    const network = await within(labIo, (cx) => cx.io(ioTokens.fetch));
    expect(network.outcome).toMatchObject({ error: { code: "CAP_DENIED" } });
  });

  it("in every order: two that share an authority do not widen each other", async () => {
    const found = await search(
      async (cx) => {
        await cx.withRegion({}, (region) => {
          for (const namespace of ["a", "b"])
            region.spawn(async (own) => {
              const mine = storage.narrow({ namespaces: [namespace] });
              await own.withRegion({ io: grantsOf({ storage: mine }) }, async (_region, inner) => {
                await inner.yield();
                if (inner.io(ioTokens.storage).grant.namespaces.join() !== namespace)
                  throw new Error("it has another's");
              });
            });
        });
      },
      { io: grantsOf({ storage }) },
    );
    expect(found).toMatchObject({ complete: true, violations: [] });
  });

  it("grants and authorities are frozen", () => {
    for (const value of [
      storage,
      labIo.time,
      labIo.entropy,
      new IoGrants(),
      new EntropyAuthority(new EntropyGrant(), "platform"),
    ])
      expect(Object.isFrozen(value)).toBe(true);
    expect(run).toBeTypeOf("function");
  });
});

// §9: a context cannot be made, changed or borrowed.

import { Cx, run, type RuntimeCode } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";
import { Mutex } from "@wirewall/runtime";
import { virtualHost } from "./virtual-host.ts";

const code = async (use: () => Promise<unknown>): Promise<RuntimeCode | undefined> => {
  try {
    await use();
    return undefined;
  } catch (error) {
    return (error as { code?: RuntimeCode }).code;
  }
};

describe("row: P2 contexts that the runtime did not make", () => {
  it("are refused by every primitive, whatever they look like", async () => {
    const { outcome } = await play(async (cx) => {
      const forged: readonly unknown[] = [
        undefined,
        null,
        {},
        { ...cx },
        Object.create(cx),
        Object.create(Cx.prototype),
        Object.setPrototypeOf({}, Cx.prototype),
        new Proxy(cx, {}),
        Object.assign(Object.create(Cx.prototype), cx),
      ];
      return Promise.all(forged.map((one) => code(() => new Mutex().lock(one as Cx))));
    });
    expect(outcome).toEqual({ type: "ok", value: new Array<string>(9).fill("FORGED_CX") });
  });

  it("nobody else can call its constructor", () => {
    const make = Cx as unknown as new (...args: unknown[]) => Cx;
    expect(() => new make({}, {}, {}, 31)).toThrow(expect.objectContaining({ code: "FORGED_CX" }));
  });

  it("its prototype cannot be changed", () => {
    expect(Object.isFrozen(Cx.prototype)).toBe(true);
  });

  it("of another copy of the package are told apart", async () => {
    const symbol = Object.getOwnPropertySymbols(Cx.prototype).find(
      (each) => each.description === "@wirewall/runtime.copy",
    );
    const other = Object.create({ [symbol ?? "none"]: {} }) as Cx;
    const { outcome } = await play(() => code(() => new Mutex().lock(other)));
    expect(outcome).toEqual({ type: "ok", value: "FOREIGN_CX" });
  });

  it("are dead once their region has closed", async () => {
    let kept: Cx | undefined;
    await run(virtualHost(), (cx) => {
      kept = cx;
    });
    expect(() => kept?.checkpoint()).toThrow(expect.objectContaining({ code: "CX_CLOSED" }));
  });
});

describe("row: P2 narrowing", () => {
  it("takes away for the compiler and when it runs, and is not undone", async () => {
    const { outcome } = await play(async (cx) => {
      const timed = cx.narrow("time");
      await timed.sleep(1);
      // @ts-expect-error -- it was not granted
      const spawns = await code(async () => timed.spawn(() => 1));
      // @ts-expect-error -- nothing is gained by narrowing
      const random = await code(async () => timed.narrow("time", "random").random());
      return [spawns, random];
    });
    expect(outcome).toEqual({ type: "ok", value: ["CAP_DENIED", "CAP_DENIED"] });
  });
});

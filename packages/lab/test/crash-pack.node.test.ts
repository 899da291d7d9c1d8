// What a failure leaves behind is enough to see it again, and what claims to be that may be anything.

import { packFolder, sha256 } from "@wirewall/host";
import {
  explore,
  makeCrashPack,
  packText,
  readCrashPack,
  replayPack,
  runSeed,
  type CrashPack,
  type ExplorationFailed,
  type LabOptions,
  type PackStore,
} from "@wirewall/lab";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { example } from "./example.ts";

const folder = mkdtempSync(join(tmpdir(), "wirewall-packs-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function packed(): Promise<{ readonly pack: CrashPack; readonly text: string }> {
  const store: PackStore = packFolder(join(folder, "memory"));
  const failed = (await explore(example).catch((error: unknown) => error)) as ExplorationFailed;
  const options = { name: "test/example.js#example" };
  const pack = await makeCrashPack(example, failed.schedule, options, store);
  return { pack, text: packText(pack, sha256) };
}

describe("row: R7 crash packs", () => {
  it("a test that fails keeps one, and names the command that shows it again", async () => {
    const path = join(folder, "kept");
    const options = { name: "test/example.js#example", packs: packFolder(path) };
    const failed = (await explore(example, options).catch((error: unknown) => error)) as Error;
    const [file = ""] = readdirSync(path);
    expect(failed.message.split("; ")[1]).toBe(`wirewall lab replay ${join(path, file)}`);
    const { pack, isVerified } = readCrashPack(readFileSync(join(path, file), "utf8"), sha256);
    expect({ isVerified, pack }).toMatchObject({
      isVerified: true,
      pack: { schema: 1, failure: "panicked: a visit was lost", program: options.name },
    });
    expect(await replayPack(example, pack, sha256)).toMatchObject({
      isSame: true,
      divergence: undefined,
      report: { violation: "panicked: a visit was lost" },
    });
  });

  it("without a folder the command has the schedule in it", async () => {
    const failed = (await explore(example, { name: "a.js#example", seed: 7 }).catch(
      (error: unknown) => error,
    )) as Error;
    expect(failed.message).toMatch(
      /; wirewall lab replay a\.js#example --seed 7 --schedule 0\.1\.0\.0,0\.1\.0\.1,/,
    );
  });

  it("the command is one word for each argument, whatever a folder is called", async () => {
    const path = join(folder, "it's; here");
    const options = { name: "a.js#example", packs: packFolder(path) };
    const failed = (await explore(example, options).catch((error: unknown) => error)) as Error;
    const command = failed.message.slice(failed.message.indexOf("; wirewall") + 2);
    const words = execFileSync("/bin/sh", ["-c", `printf '%s\\n' ${command}`], {
      encoding: "utf8",
    });
    const [file = ""] = readdirSync(path);
    expect(words).toBe(["wirewall", "lab", "replay", join(path, file), ""].join("\n"));
  });

  it("a schedule of no step, and a pack of the last size that is read", async () => {
    const { pack } = await packed();
    const none = readCrashPack(JSON.stringify({ ...pack, divergentPrefix: [] }), sha256).pack;
    expect((await replayPack(example, none, sha256)).report.schedule.length).toBeGreaterThan(0);
    const text = JSON.stringify(pack);
    expect(readCrashPack(text.padEnd(16_777_216), sha256).pack).toEqual(pack);
    expect(() => readCrashPack(text.padEnd(16_777_217), sha256)).toThrow(
      expect.objectContaining({ code: "TOO_LARGE" }) as Error,
    );
  });

  it("a program that was changed diverges, and the first other event is told", async () => {
    const { pack } = await packed();
    const { isSame, divergence, report } = await replayPack(
      async (cx) => {
        await cx.withRegion({}, (region) => void region.spawn((own) => own.yield()));
      },
      pack,
      sha256,
    );
    expect([isSame, report.violation]).toEqual([false, undefined]);
    expect(divergence?.expected).not.toBe(divergence?.found);
    expect(divergence?.expected).toBe(pack.canonicalPrefix[divergence?.at ?? -1]);
  });

  it("the text of one pack is always the same", async () => {
    const [one, other] = [await packed(), await packed()];
    const at = (pack: CrashPack): string => packText({ ...pack, createdAt: 0 }, sha256);
    expect(at(one.pack)).toBe(at(other.pack));
  });

  it.each<LabOptions>([{ blocking: "queued" }, { chaos: "heavy", seed: 7 }, { strategy: "pct" }])(
    "a run with %j goes the same way from its pack",
    async (how) => {
      const options = { ...how, judge: () => "it is looked at" };
      const { schedule } = await runSeed(example, options);
      const store: PackStore = packFolder(join(folder, "memory"));
      const { pack } = readCrashPack(
        packText(await makeCrashPack(example, schedule, options, store), sha256),
        sha256,
      );
      const again = await replayPack(example, pack, sha256, options);
      expect(again).toMatchObject({ isSame: true, divergence: undefined });
      expect(pack.config).toMatchObject({
        blocking: how.blocking ?? "guarded",
        chaos: how.chaos ?? "none",
      });
    },
  );

  describe("attachments", () => {
    const TWICE = [
      { name: "a", text: "" },
      { name: "a", text: "" },
    ];
    const attached = async (
      attach: () => Readonly<Record<string, string>>,
    ): Promise<Pick<CrashPack, "attachments" | "evidence">> => {
      const store: PackStore = packFolder(join(folder, "memory"));
      const pack = await makeCrashPack(example, [], { attach }, store);
      return readCrashPack(packText(pack, sha256), sha256).pack;
    };
    const many = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, "t"]));
    const text = (length: number): string => "t".repeat(length);

    it.each([
      [{ "model.txt": "visits: 1\n" }],
      [{}],
      [many(16)],
      [{ [text(128)]: text(1_048_576) }],
    ])("are kept as they are", async (given) => {
      const { attachments, evidence } = await attached(() => given);
      expect(Object.fromEntries(attachments.map((one) => [one.name, one.text]))).toEqual(given);
      expect(evidence).toEqual([]);
    });

    it.each([
      [many(17)],
      [{ [text(129)]: "t" }],
      [{ "../a": "t" }],
      [{ a: text(1_048_577) }],
      [{ "..": "t" }],
      [Promise.resolve({ a: "t" }) as unknown as Record<string, string>],
      // Each within its bound, and together more than a pack may have.
      [Object.fromEntries(Object.keys(many(16)).map((name) => [name, text(1_048_576)]))],
      [
        {
          a: "\u0001".repeat(1_048_576),
          b: "\u0001".repeat(1_048_576),
          c: "\u0001".repeat(1_048_576),
        },
      ],
      [{ a: 1 as unknown as string }],
      [null as unknown as Record<string, string>],
    ])("beyond their bounds are left out, and the failure is kept", async (given) => {
      expect(await attached(() => given)).toMatchObject({
        attachments: [],
        evidence: ["the attachments could not be made"],
      });
    });

    it("come with the failure of an exploration, which attach is shown", async () => {
      const path = join(folder, "attached");
      const attach = (report: { readonly violation: string | undefined }) => ({
        why: report.violation ?? "",
      });
      await explore(example, { packs: packFolder(path), attach }).catch(() => undefined);
      const [file = ""] = readdirSync(path);
      expect(
        readCrashPack(readFileSync(join(path, file), "utf8"), sha256).pack.attachments,
      ).toEqual([{ name: "why", text: "panicked: a visit was lost" }]);
    });

    it.each([undefined, [{ name: "a" }], [null], [{ name: "/", text: "" }], TWICE])(
      "of a pack, such as %j, are read or refused",
      async (attachments) => {
        const { pack } = await packed();
        expect(() => readCrashPack(JSON.stringify({ ...pack, attachments }), sha256)).toThrow(
          expect.objectContaining({ code: "INVALID_FIELD", field: "attachments" }) as Error,
        );
      },
    );
  });

  it.each(["blocking", "chaos"])("a %s that there is not is refused", async (field) => {
    const { pack } = await packed();
    const config = { ...pack.config, [field]: "other" };
    expect(() => readCrashPack(JSON.stringify({ ...pack, config }), sha256)).toThrow(
      expect.objectContaining({ code: "INVALID_FIELD", field }) as Error,
    );
  });

  it("a changed text is told by its checksum, and one without a checksum is not verified", async () => {
    const { pack, text } = await packed();
    const changed = text.replace("a visit was lost", "nothing was lost");
    expect(() => readCrashPack(changed, sha256)).toThrow(
      expect.objectContaining({ code: "CHECKSUM_MISMATCH" }) as Error,
    );
    expect(readCrashPack(JSON.stringify(pack), sha256).isVerified).toBe(false);
  });

  it.each([
    ["no JSON", "{", "NOT_JSON", undefined],
    ["a list", "[]", "INVALID_FIELD", "pack"],
    ["another schema", '{"schema":2}', "UNSUPPORTED_SCHEMA", "schema"],
    ["no configuration", '{"schema":1}', "INVALID_FIELD", "config"],
  ])("%s is refused by its code", (_name, text, code, field) => {
    expect(() => readCrashPack(text, sha256)).toThrow(
      expect.objectContaining({ code, field }) as Error,
    );
  });

  it.each(["canonicalPrefix", "divergentPrefix", "evidence"])(
    "%s: a list whose last item is no text is refused",
    async (field) => {
      const { pack } = await packed();
      expect(() => readCrashPack(JSON.stringify({ ...pack, [field]: ["0.0", 1] }), sha256)).toThrow(
        expect.objectContaining({ code: "INVALID_FIELD", field }) as Error,
      );
    },
  );

  it("whatever a field holds, the answer is a pack or a refusal that names the field", async () => {
    const { pack } = await packed();
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(pack)), fc.jsonValue(), (field, value) => {
        const text = JSON.stringify({ ...pack, [field]: value });
        try {
          readCrashPack(text, sha256);
        } catch (error) {
          expect(error).toMatchObject({
            name: "CrashPackError",
            code: expect.stringMatching(/^[A-Z_]+$/) as string,
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});

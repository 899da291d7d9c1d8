// wirewall lab replay: a failure is shown again by one line.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packFolder } from "@wirewall/host";
import type * as Lab from "@wirewall/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MODULE = join(folder, "program.mjs");
const NAME = "program.mjs#lost";
let pack = "";

beforeAll(async () => {
  const built = new URL("../../lab/dist/index.js", import.meta.url).href;
  writeFileSync(
    MODULE,
    `import { Cell } from ${JSON.stringify(built)};
export const lost = async (cx) => {
  const cell = new Cell(0);
  await cx.withRegion({}, (region) => {
    for (let n = 0; n < 2; n++)
      region.spawn(async (own) => {
        const before = await cell.read(own);
        await cell.write(own, before + 1);
      });
  });
  if ((await cell.read(cx)) !== 2) throw new Error("lost");
};
export const spins = async (cx) => { await cx.yield(); for (let n = 0; ; n = 1 - n) if (n > 2) return; };
export const foreign = async (cx) => { await cx.yield(); await new Promise(() => {}); };
export const right = async (cx) => cx.yield();
export const text = "none";
`,
  );
  const { explore } = (await import(built)) as typeof Lab;
  const { lost } = (await import(pathToFileURL(MODULE).href)) as { lost: Lab.LabProgram };
  const packs = packFolder(join(folder, "packs"));
  const failed = await explore(lost, { name: NAME, packs }).catch((error: unknown) => error);
  pack = /wirewall lab replay (.+)$/.exec((failed as Error).message)?.[1] ?? "";
});

const cliIn = (cwd: string, ...argv: string[]) => {
  const file = new URL("../dist/cli.js", import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...argv], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
};
const cli = (...argv: string[]) => cliIn(folder, ...argv);

describe("row: R7 wirewall lab replay", () => {
  it("runs the command that a test printed, fails as that did, and draws a timeline", () => {
    const trace = join(folder, "run.ndjson");
    expect(cli("lab", "replay", pack, "--trace", trace)).toEqual({
      status: 1,
      stdout: expect.stringMatching(
        /^fails {2}panicked: lost\n +\d+ steps\n +event for event as it was packed\n$/,
      ) as string,
      stderr: "",
    });
    const svg = join(folder, "run.svg");
    expect(cli("trace", "timeline", trace, "--svg", svg)).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(svg, "utf8")).toMatch(/^<svg [\s\S]*<title>0\.0: panicked<\/title>/);
  });

  it("says from where on another program differs", () => {
    const { status, stdout } = cli("lab", "replay", pack, "--program", `${MODULE}#right`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^holds {2}.*\n.*otherwise than it was packed, from event \d+ on:\n/);
    const { stdout: json } = cli("lab", "replay", pack, "--program", `${MODULE}#right`, "--json");
    expect(JSON.parse(json)).toMatchObject({ failure: null, isSame: false });
  });

  it("stops a step that does not return, and says where it was", () => {
    const { status, stdout } = cli("lab", "replay", "program.mjs#spins", "--stuck-step-ms", "100");
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^fails {2}stuck step: 0\.0 did not return, after yield\n +at spins .*program\.mjs:13:\d+/,
    );
  });

  it("a watchdog that nobody closed keeps no process", () => {
    const host = new URL("../../host/dist/index.js", import.meta.url).href;
    const script = `import { stepWatchdog } from ${JSON.stringify(host)};
const dog = stepWatchdog(); dog.enter(() => {}); dog.leave(); console.log("over");`;
    const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "over\n" });
  });

  it("says where a program awaits what nobody settles", () => {
    const { status, stdout } = cli("lab", "replay", "program.mjs#foreign");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^fails {2}foreign await: .*\n +at foreign .*program\.mjs:14:\d+/);
  });

  it.each(["9", "1.5", "x", "3600001"])("--stuck-step-ms %s is refused", (value) => {
    const { status, stderr } = cli("lab", "replay", "program.mjs#right", "--stuck-step-ms", value);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: .*--stuck-step-ms.*10 to 3600000.*\n$/);
  });

  it("runs nothing that a pack names outside of the folder, or of what is installed in it", () => {
    const outside = cliIn(tmpdir(), "lab", "replay", pack);
    expect(outside).toMatchObject({ status: 2, stdout: "" });
    const text = readFileSync(pack, "utf8");
    for (const name of [`../${NAME}`, `${MODULE}#lost`, `node_modules/x/${NAME}`]) {
      const file = join(folder, "named.json");
      const { contentChecksum: _, ...fields } = JSON.parse(text) as Record<string, unknown>;
      writeFileSync(file, JSON.stringify({ ...fields, program: name }));
      const { status, stderr } = cliIn(join(folder, "packs"), "lab", "replay", file);
      expect([status, stderr.trimEnd().split("\n").length]).toEqual([2, 1]);
      expect(stderr).toMatch(/--program is missing: the pack names .* not in this folder/);
    }
    expect(cliIn(tmpdir(), "lab", "replay", pack, "--program", `${MODULE}#lost`).status).toBe(1);
  });

  it("runs a program by its name, seed and schedule", () => {
    const { schedule } = JSON.parse(cli("lab", "replay", pack, "--json").stdout) as {
      schedule: string[];
    };
    const named = cli("lab", "replay", NAME, "--seed", "42", "--schedule", schedule.join(","));
    expect(named).toMatchObject({ status: 1, stdout: expect.stringContaining("lost") as string });
    expect(cli("lab", "replay", `${MODULE}#right`)).toMatchObject({ status: 0 });
  });

  it.each([
    [["lab", "replay", "none.json"], /pack none\.json: cannot be read: no such file/],
    [["lab", "replay", "none.mjs#a"], /program none\.mjs#a: cannot be loaded: no such file/],
    [["lab", "replay", "a#"], /expected MODULE#EXPORT/],
    [["lab", "replay", `${MODULE}#text`], /export a function text/],
    [["lab", "replay", `${MODULE}#lost`, "--seed", "x"], /Expected a whole number/],
    [["lab", "replay", `${MODULE}#lost`, "--schedule", "a,b"], /Expected tasks such as/],
    [["lab", "replay", `${MODULE}#lost`, "--program", "b#c"], /expected only with a crash pack/],
    [["lab", "replay", MODULE], /expected JSON/],
    [["lab", "replay", "a", "--sede", "1"], /--seed/],
    [["trace", "timeline", "a", "--axis", "x"], /order/],
  ])("%j: one line, exit code 2", async (argv, expected) => {
    const { code, stderr, stdout } = await run(argv);
    expect(stderr).toMatch(expected);
    expect([code, stdout, stderr.trimEnd().split("\n").length]).toEqual([2, "", 1]);
  });
});

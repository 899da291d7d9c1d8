// The packed packages in every runtime that they are meant for. A runtime that is missing fails.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands, installEngines, loadMiniflare } from "../engines.mjs";
import { installPacks } from "../packs.mjs";

const DONE = "parsed, limited, encoded";
let folder = "";
let project = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wirewall-runtimes-"));
  installEngines();
  project = installPacks(folder);
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("packed packages", () => {
  it.each([...commands.keys()])("as ES modules in %s", (runtime) => {
    expect(run(runtime, "smoke.mjs")).toBe(`esm: ${DONE}\n`);
  });

  it.each([...commands.keys()])("as CommonJS in %s", (runtime) => {
    expect(run(runtime, "smoke.cjs")).toBe(`cjs: ${DONE}\n`);
  });

  it.each([...commands.keys()].filter((runtime) => runtime.startsWith("Node")))(
    "row: U2 serve() through the umbrella in %s",
    (runtime) => {
      expect(run(runtime, "umbrella.mjs")).toBe(`umbrella: ${DONE}, served\n`);
      expect(run(runtime, "umbrella.cjs")).toBe(`umbrella: ${DONE}, loaded\n`);
    },
  );

  it("the command line of the umbrella", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["node_modules/wirewall/bin/wirewall.js", "limits", "--json"],
      { cwd: project, encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("maxHeaderCount");
  });

  it("bundled in workerd", async () => {
    const { Miniflare } = loadMiniflare();
    const worker = new Miniflare({
      modules: true,
      script: await bundle("worker.mjs", { format: "esm" }),
      compatibilityDate: "2026-04-01",
    });
    try {
      const response = await worker.dispatchFetch("http://worker.example/");
      expect(await response.text()).toBe(`esm: ${DONE}`);
    } finally {
      await worker.dispose();
    }
  });

  it("bundled in Chromium", async () => {
    expect(await inChromium("page.mjs", "globalThis.smoke")).toEqual([`esm: ${DONE}`]);
  });

  it("row: R7 one seed gives the same events, to the byte, in every runtime and in Chromium", async () => {
    const expected = run("Node (current)", "lab.mjs");
    expect(expected.split("\n").length).toBeGreaterThan(40);
    for (const runtime of commands.keys()) expect(run(runtime, "lab.mjs")).toBe(expected);
    expect(await inChromium("lab-page.mjs", "globalThis.labTrace", "globalThis.live")).toEqual([
      expected.slice(0, -1),
      "ok true",
    ]);
  });
});

/** Runs a bundle in a page, and says what it left by those names. */
async function inChromium(entry: string, ...names: readonly string[]): Promise<unknown[]> {
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(error.message));
    await page.addScriptTag({ content: await bundle(entry, { format: "iife" }) });
    const found: unknown[] = [];
    for (const name of names) found.push(await page.evaluate(name));
    expect(failures).toEqual([]);
    return found;
  } finally {
    await browser.close();
  }
}

function run(runtime: string, file: string): string {
  const [command = "", ...args] = commands.get(runtime)?.(file) ?? [];
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: project,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: folder, DENO_NO_UPDATE_CHECK: "1" },
    timeout: 60_000,
  });
  if (status !== 0) throw error ?? new Error(`${runtime} ended with ${status}: ${stderr}`);
  return stdout;
}

async function bundle(entry: string, options: BuildOptions): Promise<string> {
  const result = await build({
    ...options,
    entryPoints: [join(project, entry)],
    bundle: true,
    write: false,
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    target: "es2022",
  });
  return result.outputFiles?.[0]?.text ?? "";
}

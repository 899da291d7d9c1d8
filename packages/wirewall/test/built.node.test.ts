// The built command line as a process of its own, as npx runs it.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../", import.meta.url));
const isBuilt = existsSync(`${folder}dist/cli.js`);
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
});

describe.skipIf(!isBuilt)("the built command line", () => {
  it("ends the smuggling attempt of the README with its code and exit code 1", async () => {
    const child = start(["inspect", "-", "--protocol", "http1-request", "--json"]);
    child.stdin?.write(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    const { code, stdout, stderr } = await ended(child);
    expect([code, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      type: "violation",
      code: "http1.framing.conflict",
      offset: 45,
      spec: "RFC 9112 §6.3",
    });
  });

  it("knows its version, as a module and as CommonJS", async () => {
    const { version } = JSON.parse(readFileSync(`${folder}package.json`, "utf8")) as {
      version: string;
    };
    expect((await ended(start(["--version"]))).stdout).toBe(`${version}\n`);
    expect((await ended(start(["--version"], "dist/cli.cjs"))).stdout).toBe(`${version}\n`);
  });

  it("ends a mistake with one line and exit code 2", async () => {
    const { code, stdout, stderr } = await ended(start(["limits", "--jsom"]));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe("error: unknown option '--jsom' (Did you mean --json?)\n");
  });

  it("guards, counts a refusal, and closes on SIGTERM with exit code 0", async () => {
    const child = start(["guard", "--listen", "127.0.0.1:0"]);
    const address = await guardAddress(child);
    expect(await (await fetch(`${address}/bytes/10`)).text()).toHaveLength(10);
    child.kill("SIGTERM");
    expect((await ended(child)).code).toBe(0);
  });

  it("names a busy port in one line", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as { port: number };
    const { code, stdout, stderr } = await ended(start(["guard", "--listen", `:${port}`]));
    holder.close();
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: --listen 127\.0\.0\.1:\d+: already in use [^\n]+\n$/);
  });
});

function start(argv: readonly string[], file = "bin/wirewall.js"): ChildProcess {
  const child = spawn(process.execPath, [folder + file, ...argv], { stdio: "pipe" });
  started.push(child);
  return child;
}

function ended(
  child: ChildProcess,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr?.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

function guardAddress(child: ChildProcess): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    child.on("close", () => reject(new Error(`ended: ${text}`)));
    child.stdout?.on("data", (bytes: Buffer) => {
      text += bytes.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (address !== undefined) resolve(address);
    });
  });
}

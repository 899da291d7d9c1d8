// What was acknowledged is there after a kill at any point, and what was cut is taken away.

import { AuditLog, verifyAuditLog } from "@wirewall/trace";
import {
  LogFile,
  ed25519Signer,
  ed25519Verifier,
  hmacSigner,
  hmacVerifier,
  nodeHost,
  sha256,
} from "@wirewall/host";
import { run } from "@wirewall/runtime";
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "wirewall-log-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Appends numbered lines as fast as it can, and tells each one that is on the disk. */
const BUILT = new URL("../dist/index.js", import.meta.url).href;
/** Acknowledges a line when `append` has returned. */
const WRITER = `
import { writeSync } from "node:fs";
import { LogFile } from ${JSON.stringify(BUILT)};
const log = new LogFile(process.argv[1]);
for (let n = 0; ; n++) {
  log.append("x".repeat(n % 50) + n + "\\n");
  writeSync(1, n + "\\n");
}`;

/** A writer that is killed some milliseconds after its first line; what it had acknowledged. */
async function killedAfter(ms: number, path: string): Promise<number> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, path]);
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => {
    told += chunk.toString();
  });
  await new Promise<void>((resolve) => {
    child.stdout.once("data", () => setTimeout(resolve, ms));
  });
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  return told.split("\n").slice(0, -1).length;
}

describe("row: R9 log file", () => {
  it("after kill -9 at 200 random points every acknowledged line is there, and whole", async () => {
    const kill = async (turn: number): Promise<void> => {
      const path = join(folder, `killed-${turn}`);
      const acknowledged = await killedAfter(Math.random() * 25, path);
      const file = new LogFile(path);
      file.append("after\n");
      file.close();
      const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
      expect(lines.at(-1)).toBe("after");
      expect(lines.length - 1).toBeGreaterThanOrEqual(acknowledged);
      for (const [n, line] of lines.slice(0, -1).entries())
        expect(line).toBe(`${"x".repeat(n % 50)}${n}`);
    };
    for (let turn = 0; turn < 200; turn += 4)
      await Promise.all([0, 1, 2, 3].map((more) => kill(turn + more)));
  }, 120_000);

  it("cut at any byte: whole lines stay, the rest is taken away and told", () => {
    const whole = "first\nsecond line\nthird\n";
    for (let at = 0; at <= whole.length; at++) {
      const path = join(folder, `cut-${at}`);
      writeFileSync(path, whole.slice(0, at));
      const file = new LogFile(path);
      const kept = whole.slice(0, at).lastIndexOf("\n") + 1;
      expect(file.receipt).toEqual({ keptBytes: kept, removedBytes: at - kept });
      file.append("new\n");
      file.close();
      expect(readFileSync(path, "utf8")).toBe(`${whole.slice(0, kept)}new\n`);
    }
  });

  it("a line without an end, longer than what is looked at in one go, is taken away", () => {
    const path = join(folder, "long");
    writeFileSync(path, `one\n${"x".repeat(200_000)}`);
    const file = new LogFile(path);
    expect(file.receipt).toEqual({ keptBytes: 4, removedBytes: 200_000 });
    expect(() => file.append("no end")).toThrow(TypeError);
    file.close();
    expect(() => file.append("x\n")).toThrow(RangeError);
  });
});

describe("row: R9 signatures of Node", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const key = new Uint8Array(32).fill(7);

  it.each([
    ["HMAC-SHA-256", hmacSigner("k", key), hmacVerifier(key), hmacVerifier(new Uint8Array(32))],
    [
      "Ed25519",
      ed25519Signer("k", privateKey),
      ed25519Verifier(publicKey),
      ed25519Verifier(generateKeyPairSync("ed25519").publicKey),
    ],
  ])(
    "%s: a log in a file verifies with its key and with no other",
    (name, signer, right, wrong) => {
      const path = join(folder, `log-${name}`);
      const file = new LogFile(path);
      const log = new AuditLog({
        logId: name,
        sha256,
        signer,
        write: (lines) => file.append(lines),
        now: () => 1,
      });
      for (let n = 0; n < 2_000; n++) log.append({ n });
      log.close();
      file.close();
      const text = readFileSync(path, "utf8");
      const verdict = (verifier: typeof right): unknown =>
        verifyAuditLog(text, { sha256, keys: new Map([["k", verifier]]) });
      expect(verdict(right)).toEqual({ type: "ok", size: 2_000, logId: name });
      expect(verdict(wrong)).toMatchObject({ type: "badSignature" });
      appendFileSync(path, '{"entry":1}\n');
      expect(
        verifyAuditLog(readFileSync(path, "utf8"), { sha256, keys: new Map([["k", right]]) }).type,
      ).toBe("tampered");
    },
  );

  it("keys that are too short, or of another kind, are refused", () => {
    expect(() => hmacSigner("k", new Uint8Array(16))).toThrow(RangeError);
    expect(() => ed25519Signer("k", publicKey)).toThrow(TypeError);
    expect(() => ed25519Verifier(privateKey)).toThrow(TypeError);
  });
});

describe("row: R6 the runtime on Node", () => {
  it("sleeps as long as it says, at least, and ends with its program", async () => {
    const outcome = await run(nodeHost(), async (cx) => {
      const begun = cx.now();
      await cx.sleep(20);
      const slept = cx.now() - begun;
      const numbers = new Set([cx.random(), cx.random(), cx.random()]);
      return [slept >= 20_000, numbers.size];
    });
    expect(outcome).toEqual({ type: "ok", value: [true, 3] });
  });

  it("stops with its signal, as a shutdown", async () => {
    const controller = new AbortController();
    const running = run(
      nodeHost(),
      async (cx) => {
        controller.abort();
        await cx.sleep(60_000);
      },
      { signal: controller.signal },
    );
    expect(await running).toMatchObject({ type: "cancelled", reason: { kind: "shutdown" } });
  });
});

// wirewall trace verify: an audit log, judged by keys that are held and by nothing that stands in it.

import { createPublicKey } from "node:crypto";
import { ed25519Verifier, hmacVerifier, sha256, type Verifier } from "@wirewall/host";
import { verifyAuditLog, type AuditVerdict, type VerifyOptions } from "@wirewall/trace";
import { readFileOf } from "../options/read-file.js";
import { printableJson, printableText } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT, UsageProblem } from "./usage.js";

export interface TraceVerifyOptions {
  readonly key?: readonly string[];
  readonly expectAtLeast?: string;
  readonly json?: boolean;
}

const MAX_LOG_BYTES = 268_435_456;
const MAX_KEY_BYTES = 65_536;

/** @throws UsageProblem for files that cannot be read, and keys that are none. */
export async function runTraceVerify(
  file: string,
  options: TraceVerifyOptions,
  out: Output,
): Promise<number> {
  const keys = await keysOf(options.key ?? []);
  const expectAtLeast =
    options.expectAtLeast === undefined ? undefined : await checkpointOf(options.expectAtLeast);
  const text = (await readFileOf("trace verify", file, MAX_LOG_BYTES)).toString("utf8");
  const verdict = verifyAuditLog(text, {
    sha256,
    keys,
    ...(expectAtLeast === undefined ? undefined : { expectAtLeast }),
  });
  const isOk = verdict.type === "ok";
  if (options.json === true) await out.write(`${printableJson(verdict)}\n`);
  else {
    const { style } = out;
    const word = isOk ? style.green("ok") : style.red(verdict.type);
    await out.write(`${word}  ${printableText(file)}: ${printableText(wordsOf(verdict))}\n`);
  }
  return isOk ? EXIT.ok : EXIT.refused;
}

function wordsOf(verdict: AuditVerdict): string {
  if (verdict.type === "ok") return `${verdict.size} entries of ${verdict.logId}, sealed`;
  const where = `line ${verdict.record + 1}`;
  switch (verdict.type) {
    case "tampered":
      return `${where} is no record, or not where it was written`;
    case "checkpointMismatch":
      return `${where} signs ${verdict.size} entries that are not those before it`;
    case "truncated":
      return `${where} signs ${verdict.want} entries, and ${verdict.have} are there`;
    case "rolledBack":
      return `${verdict.have} entries, and ${verdict.want} were there before`;
    case "forked":
      return `its first ${verdict.size} entries are not those that were there before`;
    case "unanchoredTail":
      return `${verdict.count} entries from ${where} on are signed by nobody`;
    case "notSealed":
      return `it ends after ${verdict.size} signed entries without the last word`;
    case "badSignature":
      return `${where} is not signed by the key ${verdict.keyId}`;
    case "unknownKey":
      return `${where} is signed by the key ${verdict.keyId}, which was not given`;
  }
}

async function keysOf(given: readonly string[]): Promise<Map<string, Verifier>> {
  const keys = new Map<string, Verifier>();
  for (const one of given) {
    const [, id, path] = /^([^=]+)=(.+)$/s.exec(one) ?? [];
    if (id === undefined || path === undefined)
      throw new UsageProblem("--key: expected ID=FILE, such as audit-1=key.pem");
    keys.set(id, await keyOf(path));
  }
  if (keys.size === 0) throw new UsageProblem("--key is missing: expected ID=FILE at least once");
  return keys;
}

/** A public key in PEM, or the bytes of a shared one in hexadecimal digits. */
async function keyOf(path: string): Promise<Verifier> {
  const text = (await readFileOf("--key", path, MAX_KEY_BYTES)).toString("latin1").trim();
  try {
    if (text.startsWith("-----BEGIN")) return ed25519Verifier(createPublicKey(text));
    if (/^(?:[0-9a-f]{2}){32,}$/i.test(text)) return hmacVerifier(Buffer.from(text, "hex"));
  } catch {
    // What is wrong with it may quote it.
  }
  throw new UsageProblem(
    `--key ${path}: expected an Ed25519 public key in PEM, or at least 64 hexadecimal digits`,
  );
}

async function checkpointOf(path: string): Promise<VerifyOptions["expectAtLeast"]> {
  const text = (await readFileOf("--expect-at-least", path, MAX_KEY_BYTES)).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const found = isObject(value) && isObject(value["checkpoint"]) ? value["checkpoint"] : value;
  if (isObject(found)) {
    const { logId, size, root } = found;
    if (typeof logId === "string" && typeof size === "number" && typeof root === "string")
      return { logId, size, root };
  }
  throw new UsageProblem(
    `--expect-at-least ${path}: expected a checkpoint with logId, size and root`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

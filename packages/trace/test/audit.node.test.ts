// §14: what somebody may do to a log, and what a verifier says to it.

import { AuditLog, verifyAuditLog, type AuditVerdict, type Checkpoint } from "@wirewall/trace";
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const hmac = (key: string) => (bytes: Uint8Array) =>
  new Uint8Array(createHmac("sha256", key).update(bytes).digest());
const verifier = (key: string) => (bytes: Uint8Array, signature: Uint8Array) =>
  Buffer.from(hmac(key)(bytes)).equals(signature);
const KEYS = new Map([["k1", verifier("secret")]]);

interface Written {
  readonly text: string;
  readonly last: Checkpoint;
  readonly log: AuditLog;
}

function write(
  count: number,
  key = "secret",
  more: { every?: number; salt?: number } = {},
): Written {
  let text = "";
  const log = new AuditLog({
    logId: "log-1",
    sha256,
    signer: { keyId: "k1", sign: hmac(key) },
    write: (lines) => {
      text += lines;
    },
    now: () => 5,
    every: more.every ?? 4,
  });
  for (let n = 0; n < count; n++) log.append({ kind: "policy_denied", n: n + (more.salt ?? 0) });
  return { last: log.close(), text, log };
}

const judge = (text: string, expectAtLeast?: Checkpoint): AuditVerdict =>
  verifyAuditLog(text, {
    sha256,
    keys: KEYS,
    ...(expectAtLeast === undefined ? undefined : { expectAtLeast }),
  });
const lines = (text: string): string[] => text.split("\n").slice(0, -1);
const joined = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

describe("row: R9 the audit log", () => {
  it("that nobody touched is ok, of any length", () => {
    for (const count of [0, 1, 3, 4, 5, 9, 100])
      expect(judge(write(count).text)).toEqual({ type: "ok", size: count, logId: "log-1" });
  });

  it("any bit that is changed anywhere is found", () => {
    const { text } = write(6);
    for (let at = 0; at < text.length; at++) {
      const bytes = Buffer.from(text);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(judge(bytes.toString("latin1")).type).not.toBe("ok");
    }
  });

  it("an entry that is edited, removed, added or moved: found at the next checkpoint, by its line", () => {
    const all = lines(write(6).text);
    const edited = all.map((line, at) => (at === 1 ? line.replace('"n":1', '"n":7') : line));
    const moved = [all[1] ?? "", all[0] ?? "", ...all.slice(2)];
    for (const changed of [edited, moved])
      expect(judge(joined(changed))).toEqual({ type: "checkpointMismatch", record: 4, size: 4 });
    expect(judge(joined(all.slice(1)))).toMatchObject({
      type: "truncated",
      record: 3,
      have: 3,
      want: 4,
    });
    expect(judge(joined([all[0] ?? "", ...all]))).toMatchObject({
      type: "checkpointMismatch",
      record: 5,
    });
  });

  it("a line in other bytes that mean the same is none", () => {
    const all = lines(write(2).text);
    const blank = all.map((line, at) => (at === 1 ? line.replace(":", ": ") : line));
    expect(judge(joined(blank))).toEqual({ type: "tampered", record: 1 });
    expect(judge(joined(all).slice(0, -1))).toMatchObject({ type: "notSealed" });
    expect(judge(`${joined(all)}{`)).toEqual({ type: "tampered", record: 3 });
  });

  it("the same, hashes computed anew without the key: its signature is bad", () => {
    expect(judge(write(6, "guess", { salt: 1 }).text)).toEqual({
      type: "badSignature",
      record: 4,
      keyId: "k1",
    });
  });

  it("a key that the verifier does not hold is not taken from the file", () => {
    const { text } = write(2);
    const verdict = verifyAuditLog(text, { sha256, keys: new Map() });
    expect(verdict).toEqual({ type: "unknownKey", record: 2, keyId: "k1" });
  });

  it("tail and newest checkpoints removed: not sealed; rolled back against a checkpoint kept elsewhere", () => {
    const { text, last } = write(9);
    const cut = joined(lines(text).slice(0, 5));
    expect(judge(cut)).toEqual({ type: "notSealed", record: 5, size: 4 });
    expect(judge(cut, last)).toEqual({ type: "rolledBack", record: 5, have: 4, want: 9 });
  });

  it("entries behind the last checkpoint are never ok", () => {
    const cut = joined(lines(write(9).text).slice(0, 7));
    expect(judge(cut)).toEqual({ type: "unanchoredTail", record: 5, count: 2 });
  });

  it("another history than the one that was seen before", () => {
    const { last } = write(4);
    expect(judge(write(9, "secret", { salt: 1 }).text, last)).toMatchObject({
      type: "forked",
      size: 4,
    });
  });

  it("nothing comes behind the last word", () => {
    const { text } = write(2);
    expect(judge(text + text)).toMatchObject({ type: "tampered", record: 3 });
  });

  it("its proofs verify against its checkpoints", () => {
    const { log, last } = write(9);
    expect(Buffer.from(log.tree.root(9)).toString("hex")).toBe(last.root);
    expect(() => log.append(1)).toThrow(/closed/);
  });
});

// Reads an audit log as somebody who trusts the keys that they hold, and nothing in the file.

import { firstHead, hexOf, leafOf, nextHead, signedBytes, type Checkpoint } from "./audit-log.js";
import { canonicalJson } from "./canonical.js";
import type { TraceValue } from "./event.js";
import { MerkleTree, type Sha256 } from "./merkle.js";

export interface VerifyOptions {
  readonly sha256: Sha256;
  /** The keys that are trusted, by id; the file is never asked for one. */
  readonly keys: ReadonlyMap<string, (bytes: Uint8Array, signature: Uint8Array) => boolean>;
  /** A checkpoint that was kept elsewhere: the log has to go at least so far, and to begin as it did. */
  readonly expectAtLeast?: Pick<Checkpoint, "logId" | "size" | "root">;
}

/** `record` counts lines from 0: the first that is wrong. */
export type AuditVerdict =
  | { readonly type: "ok"; readonly size: number; readonly logId: string }
  | { readonly type: "tampered"; readonly record: number }
  | { readonly type: "checkpointMismatch"; readonly record: number; readonly size: number }
  | {
      readonly type: "truncated";
      readonly record: number;
      readonly have: number;
      readonly want: number;
    }
  | {
      readonly type: "rolledBack";
      readonly record: number;
      readonly have: number;
      readonly want: number;
    }
  | { readonly type: "forked"; readonly record: number; readonly size: number }
  | { readonly type: "unanchoredTail"; readonly record: number; readonly count: number }
  | { readonly type: "notSealed"; readonly record: number; readonly size: number }
  | { readonly type: "badSignature"; readonly record: number; readonly keyId: string }
  | { readonly type: "unknownKey"; readonly record: number; readonly keyId: string };

export function verifyAuditLog(text: string, options: VerifyOptions): AuditVerdict {
  const { sha256, expectAtLeast } = options;
  const lines = text.split("\n");
  const isCut = lines.pop() !== "";
  const records = lines.map(recordOf);
  const logId = records.find(isSealed)?.checkpoint.logId;
  if (logId === undefined) return { type: "notSealed", record: lines.length, size: 0 };
  const tree = new MerkleTree(sha256);
  let head = firstHead(sha256, logId);
  let last: Checkpoint | undefined;
  let lastRecord = 0;
  for (const [record, found] of records.entries()) {
    if (found === undefined || last?.final === true) return { type: "tampered", record };
    if (!isSealed(found)) {
      const leaf = leafOf(sha256, found.line);
      tree.append(leaf);
      head = nextHead(sha256, head, leaf);
      continue;
    }
    const wrong = judge(found, record, logId, tree, hexOf(head), options);
    if (wrong !== undefined) return wrong;
    last = found.checkpoint;
    lastRecord = record;
  }
  const record = lines.length;
  if (isCut) return { type: "tampered", record };
  if (expectAtLeast !== undefined) {
    const { size: want, root } = expectAtLeast;
    if (expectAtLeast.logId !== logId) return { type: "forked", record, size: 0 };
    if (tree.size < want) return { type: "rolledBack", record, have: tree.size, want };
    if (hexOf(tree.root(want)) !== root) return { type: "forked", record, size: want };
  }
  const signed = last?.size ?? 0;
  if (tree.size > signed)
    return { type: "unanchoredTail", record: lastRecord + 1, count: tree.size - signed };
  if (last?.final !== true) return { type: "notSealed", record, size: signed };
  return { type: "ok", size: signed, logId };
}

function judge(
  { checkpoint, signature }: Sealed,
  record: number,
  logId: string,
  tree: MerkleTree,
  head: string,
  { keys }: VerifyOptions,
): AuditVerdict | undefined {
  const { keyId, size } = checkpoint;
  const verify = keys.get(keyId);
  if (verify === undefined) return { type: "unknownKey", record, keyId };
  if (!verify(signedBytes(checkpoint), signature)) return { type: "badSignature", record, keyId };
  if (tree.size < size) return { type: "truncated", record, have: tree.size, want: size };
  const isSame =
    checkpoint.logId === logId &&
    tree.size === size &&
    hexOf(tree.root()) === checkpoint.root &&
    head === checkpoint.chainHead;
  return isSame ? undefined : { type: "checkpointMismatch", record, size };
}

interface Entry {
  readonly line: string;
}
interface Sealed {
  readonly checkpoint: Checkpoint;
  readonly signature: Uint8Array;
}

function isSealed(record: Entry | Sealed | undefined): record is Sealed {
  return record !== undefined && "checkpoint" in record;
}

/** A line that says the same in other bytes is none: only the canonical form is read. */
function recordOf(line: string): Entry | Sealed | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
    if (typeof value !== "object" || value === null) return undefined;
    if (canonicalJson(value as TraceValue) !== line) return undefined;
  } catch {
    return undefined;
  }
  if ("entry" in value && Object.keys(value).length === 1)
    return { line: line.slice('{"entry":'.length, -1) };
  if (!("checkpoint" in value && "signature" in value)) return undefined;
  const { checkpoint, signature } = value;
  if (!isCheckpoint(checkpoint) || typeof signature !== "string") return undefined;
  const bytes = bytesOf(signature);
  return bytes === undefined ? undefined : { checkpoint, signature: bytes };
}

function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== "object" || value === null) return false;
  const { v, logId, size, root, chainHead, at, keyId, prev, final } = value as Record<
    string,
    unknown
  >;
  return (
    v === 1 &&
    [logId, root, chainHead, keyId].every((text) => typeof text === "string") &&
    Number.isSafeInteger(size) &&
    typeof at === "number" &&
    (prev === null || typeof prev === "string") &&
    typeof final === "boolean"
  );
}

function bytesOf(hex: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})*$/.test(hex)) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}

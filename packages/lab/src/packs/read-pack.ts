// Reads what may be anything: a pack comes from a mail, a bucket or another machine.

import type { Sha256 } from "@wirewall/trace";
import {
  areAttachments,
  checksumOf,
  MAX_PACK_CHARS,
  type Attachment,
  type CrashPack,
} from "./crash-pack.js";

export type CrashPackIssue =
  "TOO_LARGE" | "NOT_JSON" | "UNSUPPORTED_SCHEMA" | "INVALID_FIELD" | "CHECKSUM_MISMATCH";

export class CrashPackError extends Error {
  readonly code: CrashPackIssue;
  /** The field that is wrong, if one is. */
  readonly field: string | undefined;

  constructor(code: CrashPackIssue, message: string, field?: string) {
    super(message);
    this.name = "CrashPackError";
    this.code = code;
    this.field = field;
  }
}

const MOST_STEPS = 1_000_000;

/**
 * @param text what `packText` made, or what claims to be that; at most 16 MiB of characters.
 * @returns the pack, and whether a checksum was there, which then is right.
 * @throws CrashPackError, and nothing else.
 */
export function readCrashPack(
  text: string,
  sha256: Sha256,
): { readonly pack: CrashPack; readonly isVerified: boolean } {
  if (text.length > MAX_PACK_CHARS)
    throw new CrashPackError("TOO_LARGE", `pack: at most ${MAX_PACK_CHARS} characters`);
  const fields = objectOf(text);
  if (fields["schema"] !== 1)
    throw new CrashPackError("UNSUPPORTED_SCHEMA", "schema: expected 1", "schema");
  const config = record(fields["config"], "config");
  const pack: CrashPack = {
    schema: 1,
    program: string(fields, "program"),
    config: {
      seed: whole(config, "seed", -2147483648, 2 ** 53),
      maxSteps: whole(config, "maxSteps", 1, MOST_STEPS),
      blocking: oneOf(config, "blocking", ["guarded", "queued"]),
      chaos: oneOf(config, "chaos", ["none", "light", "heavy"]),
      configHash: string(config, "configHash"),
    },
    fingerprint: hex(fields, "fingerprint"),
    eventCount: whole(fields, "eventCount", 0, 2 ** 53),
    createdAt: whole(fields, "createdAt", 0, 2 ** 53),
    failure: string(fields, "failure"),
    canonicalPrefix: strings(fields, "canonicalPrefix"),
    divergentPrefix: strings(fields, "divergentPrefix"),
    oracleViolations: strings(fields, "oracleViolations"),
    evidence: strings(fields, "evidence"),
    attachments: attachments(fields),
    replayCommand: string(fields, "replayCommand"),
  };
  if (fields["contentChecksum"] === undefined) return { pack, isVerified: false };
  if (hex(fields, "contentChecksum") !== checksumOf(pack, sha256))
    throw new CrashPackError(
      "CHECKSUM_MISMATCH",
      "contentChecksum: it is not that of this content",
      "contentChecksum",
    );
  return { pack, isVerified: true };
}

type Fields = { readonly [name: string]: unknown };

function objectOf(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CrashPackError("NOT_JSON", "pack: expected JSON");
  }
  return record(value, "pack");
}

function record(value: unknown, field: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(field, "an object");
  return value as Fields;
}

function string(fields: Fields, field: string): string {
  const value = fields[field];
  if (typeof value !== "string") throw invalid(field, "text");
  return value;
}

function hex(fields: Fields, field: string): string {
  const value = string(fields, field);
  if (!/^[0-9a-f]{64}$/.test(value)) throw invalid(field, "64 hexadecimal digits");
  return value;
}

function whole(fields: Fields, field: string, least: number, most: number): number {
  const value = fields[field];
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
    throw invalid(field, `a whole number from ${least} to ${most}`);
  return value as number;
}

function strings(fields: Fields, field: string): readonly string[] {
  const value = fields[field];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw invalid(field, "a list of texts");
  return value;
}

function attachments(fields: Fields): readonly Attachment[] {
  const value = fields["attachments"];
  if (!areAttachments(value))
    throw invalid("attachments", "at most 16 of a name and a text of at most 1 MiB");
  return value.map(({ name, text }) => ({ name, text }));
}

function invalid(field: string, expected: string): CrashPackError {
  return new CrashPackError("INVALID_FIELD", `${field}: expected ${expected}`, field);
}

function oneOf<Value extends string>(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  values: readonly Value[],
): Value {
  const found = values.find((value) => value === fields[name]);
  if (found !== undefined) return found;
  throw invalid(name, `one of ${values.join(", ")}`);
}

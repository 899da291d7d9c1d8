// What a failure leaves behind: all that is needed to see it again somewhere else, in one text.

import { canonicalJson, ndjsonLine, type Sha256, type TraceEvent } from "@wirewall/trace";
import type { ChaosPreset } from "../chaos.js";
import type { Blocking, LabProgram } from "../lab-execution.js";
import { DEFAULT_SEED, DEFAULT_STEPS, replay, type LabOptions, type LabReport } from "../play.js";
import { shellWord } from "../shell-word.js";

export interface CrashPack {
  readonly schema: 1;
  /** The module and what it exports, such as `test/pool.lab.js#drain`; empty if nobody said. */
  readonly program: string;
  readonly config: {
    readonly seed: number;
    readonly maxSteps: number;
    readonly blocking: Blocking;
    /** "none" also where rates of one's own were given, which no pack keeps. */
    readonly chaos: ChaosPreset | "none";
    /** Of program, seed and steps: packs of one hash are of one set-up. */
    readonly configHash: string;
  };
  /** SHA-256 over the events and the failure, in hexadecimal digits. */
  readonly fingerprint: string;
  readonly eventCount: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly failure: string;
  /** The first events, in the form of `ndjsonLine`. */
  readonly canonicalPrefix: readonly string[];
  /** The choices that are needed: whose step came first, second, and so on. */
  readonly divergentPrefix: readonly string[];
  /** The rules of the runtime that were broken, each with its oracle. */
  readonly oracleViolations: readonly string[];
  /** What was still waiting at the end, and for what, or where. */
  readonly evidence: readonly string[];
  /** What whoever made it added. */
  readonly attachments: readonly Attachment[];
  readonly replayCommand: string;
}

export interface Attachment {
  /** Letters, digits, dots, hyphens and underscores; at most 128 of them. */
  readonly name: string;
  readonly text: string;
}

export interface PackOptions {
  /**
   * What else belongs to a failure, by names, such as the state of a model: at most 16 texts of at most 1 MiB. It is kept
   * as it is given, so that it must not have what nobody may read.
   */
  readonly attach?: (report: LabReport) => Readonly<Record<string, string>>;
}

/** Where packs go. */
export interface PackStore {
  readonly sha256: Sha256;
  /** Milliseconds since 1970. */
  now(): number;
  /** Where a pack of that fingerprint will be, as the command line is to name it. */
  pathOf(fingerprint: string): string;
  save(path: string, text: string): void;
}

const MOST_EVENTS = 4_096;
const MOST_ATTACHMENTS = 16;
const MOST_ATTACHED_CHARS = 1_048_576;
const ATTACHMENT_NAME = /^(?!\.{1,2}$)[\w.-]{1,128}$/;
/** Of the text of a pack. */
export const MAX_PACK_CHARS = 16_777_216;

/** Runs the schedule once more and packs what is seen. */
export async function makeCrashPack(
  program: LabProgram,
  schedule: readonly string[],
  options: LabOptions & PackOptions,
  store: PackStore,
): Promise<CrashPack> {
  const report = await replay(program, schedule, options);
  const attachments = attachmentsOf(report, options);
  const pack = packOf(report, schedule, options, store, attachments);
  // A failure that nobody can read would be lost.
  return attachments?.length !== 0 && packText(pack, store.sha256).length > MAX_PACK_CHARS
    ? packOf(report, schedule, options, store, undefined)
    : pack;
}

function packOf(
  report: LabReport,
  schedule: readonly string[],
  options: LabOptions,
  store: PackStore,
  attachments: readonly Attachment[] | undefined,
): CrashPack {
  const { name = "", seed = DEFAULT_SEED, maxSteps = DEFAULT_STEPS } = options;
  const failure = report.violation ?? "";
  const fingerprint = fingerprintOf(report.events, failure, store.sha256);
  const { blocking = "guarded" } = options;
  const chaos: ChaosPreset | "none" = typeof options.chaos === "string" ? options.chaos : "none";
  const config = { seed, maxSteps, blocking, chaos } as const;
  const configHash = hexOf(store.sha256, canonicalJson({ name, ...config }));
  return {
    schema: 1,
    program: name,
    config: { ...config, configHash },
    fingerprint,
    eventCount: report.events.length,
    createdAt: store.now(),
    failure,
    canonicalPrefix: report.events.slice(0, MOST_EVENTS).map(ndjsonLine),
    divergentPrefix: schedule,
    oracleViolations: report.oracleViolations.map(({ oracle, message }) => `${oracle}: ${message}`),
    evidence: [
      ...report.waiting,
      ...report.awaits,
      ...(attachments === undefined ? ["the attachments could not be made"] : []),
    ],
    attachments: attachments ?? [],
    replayCommand: `wirewall lab replay ${shellWord(store.pathOf(fingerprint))}`,
  };
}

/** Undefined if they are not what they may be: a failure is told all the same. */
function attachmentsOf(report: LabReport, { attach }: PackOptions): Attachment[] | undefined {
  if (attach === undefined) return [];
  try {
    const made: unknown = attach(report);
    if (made instanceof Promise) return undefined;
    const attachments = Object.entries(made as Readonly<Record<string, string>>).map(
      ([name, text]) => ({ name, text }),
    );
    return areAttachments(attachments) ? attachments : undefined;
  } catch {
    return undefined;
  }
}

/** Whether they are within their bounds. */
export function areAttachments(value: unknown): value is Attachment[] {
  if (!Array.isArray(value) || value.length > MOST_ATTACHMENTS) return false;
  const isOne = (each: Partial<Attachment> | null): boolean =>
    typeof each?.name === "string" &&
    ATTACHMENT_NAME.test(each.name) &&
    typeof each.text === "string" &&
    each.text.length <= MOST_ATTACHED_CHARS;
  const names = new Set(value.map((each: Partial<Attachment> | null) => each?.name));
  return (
    names.size === value.length &&
    value.every((each: unknown) => isOne(each as Partial<Attachment> | null))
  );
}

/** The text of a pack; its checksum shows accidents, and no more than that. */
export function packText(pack: CrashPack, sha256: Sha256): string {
  const contentChecksum = checksumOf(pack, sha256);
  return `${canonicalJson({ ...pack, contentChecksum } as never)}\n`;
}

/** Over the pack without the field that holds it. */
export function checksumOf(pack: CrashPack, sha256: Sha256): string {
  return hexOf(sha256, canonicalJson({ ...pack, contentChecksum: "" } as never));
}

export function fingerprintOf(
  events: readonly TraceEvent[],
  failure: string,
  sha256: Sha256,
): string {
  return hexOf(sha256, `${events.map(ndjsonLine).join("")}${failure}`);
}

function hexOf(sha256: Sha256, text: string): string {
  let hex = "";
  for (const byte of sha256(new TextEncoder().encode(text)))
    hex += byte.toString(16).padStart(2, "0");
  return hex;
}

// wirewall redact: lines of JSON, other lines, or one document, without what may not be kept; or, with --check, where that
// stands, and never what it is.

import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import {
  harRedactor,
  isHar,
  readRedactionPolicy,
  redactor,
  type RedactionMode,
  type Redactor,
  type RedactorOptions,
} from "@wirewall/redaction";
import { readFileOf } from "../options/read-file.js";
import { printableText } from "../terminal/printable.js";
import type { Output, Terminal } from "../terminal/terminal.js";
import { EXIT, systemReason, UsageProblem } from "./usage.js";

export const MODES = ["metadata_only", "strict", "none"] as const;
export const SHAPES = ["auto", "lines", "document"] as const;

export interface RedactOptions {
  readonly mode?: RedactionMode;
  readonly policy?: string;
  readonly shape: (typeof SHAPES)[number];
  readonly metadata?: readonly string[];
  readonly check?: boolean;
}

const MAX_POLICY_BYTES = 1_048_576;
const MAX_DOCUMENT_BYTES = 268_435_456;
/** A longer line is told by its length. */
const MAX_LINE_LENGTH = 16_777_216;
/** A value of a document may be as large as the document. */
const DOCUMENT_LIMITS = { maxOutputBytes: MAX_DOCUMENT_BYTES, maxNodeCount: 10_000_000 };

/** @throws UsageProblem for a policy or a file that cannot be read, or a document that is no JSON. */
export async function runRedact(
  file: string,
  options: RedactOptions,
  terminal: Terminal,
  out: Output,
): Promise<number> {
  const settings = await settingsOf(options, terminal.env);
  const isDocument =
    options.shape === "document" || (options.shape === "auto" && /\.(?:har|json)$/i.test(file));
  const found = isDocument
    ? await document(file, settings, options, terminal, out)
    : await lines(file, settings, options, terminal, out);
  if (out.closed) return EXIT.outputGone;
  return found ? EXIT.refused : EXIT.ok;
}

async function settingsOf(options: RedactOptions, env: Terminal["env"]): Promise<RedactorOptions> {
  const { policy, mode, metadata = [] } = options;
  // Where CI says that it is CI, nothing is kept in full.
  const environment = env["CI"] === undefined || env["CI"] === "false" ? "local" : "ci";
  try {
    const read = policy === undefined ? {} : readRedactionPolicy(await jsonOf("--policy", policy));
    const settings: RedactorOptions = {
      environment,
      ...read,
      ...(mode === undefined ? undefined : { mode }),
      metadata: [...(read.metadata ?? []), ...metadata],
    };
    redactor(settings);
    return settings;
  } catch (error) {
    if (error instanceof UsageProblem) throw error;
    const message = error instanceof Error ? error.message : "unknown error";
    throw new UsageProblem(
      policy === undefined ? `redact: ${message}` : `--policy ${policy}: ${message}`,
    );
  }
}

async function jsonOf(option: string, path: string): Promise<unknown> {
  const text = (await readFileOf(option, path, MAX_POLICY_BYTES)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageProblem(`${option} ${path}: expected JSON`);
  }
}

/** Whether something was found that would leak. */
async function document(
  file: string,
  settings: RedactorOptions,
  options: RedactOptions,
  terminal: Terminal,
  out: Output,
): Promise<boolean> {
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of textOf(file, terminal)) {
    length += piece.length;
    if (length > MAX_DOCUMENT_BYTES)
      throw new UsageProblem(`redact ${file}: expected at most ${MAX_DOCUMENT_BYTES} bytes`);
    pieces.push(piece);
  }
  let value: unknown;
  try {
    value = JSON.parse(pieces.join(""));
  } catch {
    throw new UsageProblem(`redact ${file}: expected JSON; --shape lines reads line by line`);
  }
  const roomy = { ...settings, limits: { ...DOCUMENT_LIMITS, ...settings.limits } };
  const { classes: _classes, ...others } = roomy;
  const own = isHar(value) ? harRedactor(others) : redactor(roomy);
  if (options.check !== true) {
    await out.write(`${JSON.stringify(own.redact(value).value, undefined, 2)}\n`);
    return false;
  }
  const findings = own.check(value);
  for (const { path, kind } of findings) await out.write(finding(file, path, kind, out));
  return findings.length > 0;
}

async function lines(
  file: string,
  settings: RedactorOptions,
  options: RedactOptions,
  terminal: Terminal,
  out: Output,
): Promise<boolean> {
  const own = redactor(settings);
  let number = 0;
  let hasFound = false;
  for await (const line of linesOf(textOf(file, terminal))) {
    number++;
    if (out.closed) return hasFound;
    if (options.check !== true) await out.write(`${redactedLine(line, own)}\n`);
    else
      for (const { path, kind } of findingsOf(line, own)) {
        hasFound = true;
        await out.write(finding(`${file}:${number}`, path, kind, out));
      }
  }
  return hasFound;
}

function redactedLine(line: Line, own: Redactor): string {
  if (line.isCut) return JSON.stringify(`[sensitive len:${line.length}]`);
  const value = parsed(line.text);
  return value === undefined ? own.text(line.text) : JSON.stringify(own.redact(value).value);
}

function findingsOf(line: Line, own: Redactor): readonly { path: string; kind: string }[] {
  if (line.isCut) return [{ path: "", kind: "sensitive" }];
  const value = parsed(line.text);
  if (value !== undefined) return own.check(value);
  return own.checkText(line.text);
}

/** Objects and lists; a line that is a number or a word is text. */
function parsed(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function finding(place: string, path: string, kind: string, out: Output): string {
  const where =
    path === "" ? printableText(place) : `${printableText(place)} ${printableText(path)}`;
  return `${out.style.red("leaks")}  ${where}: ${kind}\n`;
}

interface Line {
  readonly text: string;
  readonly length: number;
  readonly isCut: boolean;
}

async function* linesOf(source: AsyncIterable<string>): AsyncIterable<Line> {
  let held = "";
  let length = 0;
  for await (const piece of source) {
    let from = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", from)) {
      length += end - from;
      if (length <= MAX_LINE_LENGTH) held += piece.slice(from, end);
      yield lineOf(held, length);
      held = "";
      length = 0;
      from = end + 1;
    }
    length += piece.length - from;
    held = length <= MAX_LINE_LENGTH ? held + piece.slice(from) : "";
  }
  if (length > 0) yield lineOf(held, length);
}

function lineOf(text: string, length: number): Line {
  return { text: text.replace(/\r$/, ""), length, isCut: length > MAX_LINE_LENGTH };
}

async function* textOf(file: string, terminal: Terminal): AsyncIterable<string> {
  const decoder = new StringDecoder("utf8");
  const source = file === "-" ? terminal.stdin : createReadStream(file);
  try {
    for await (const piece of source) yield decoder.write(Buffer.from(piece as Uint8Array));
  } catch (error) {
    throw new UsageProblem(`redact ${file}: cannot be read: ${systemReason(error)}`);
  }
  const rest = decoder.end();
  if (rest !== "") yield rest;
}

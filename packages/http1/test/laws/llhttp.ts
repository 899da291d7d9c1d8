// Node's own parser, native llhttp as `node:http` configures it, as the other reader.

import { METHODS } from "node:http";
import type { PeerReading } from "#laws";

/** A message as both readers give it. */
export interface Message {
  readonly start: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly content: string;
  readonly trailers: readonly (readonly [string, string])[];
}

type Callback = (...args: never[]) => unknown;

interface Parser {
  [event: number]: Callback;
  initialize(kind: number, resource: object, maxHeaderBytes: number, lenient: number): void;
  execute(bytes: Uint8Array): number | (Error & { code: string });
  finish(): number | undefined | (Error & { code: string });
  free(): void;
}

interface ParserClass {
  new (): Parser;
  readonly REQUEST: number;
  readonly RESPONSE: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

const { HTTPParser } = process.getBuiltinModule("_http_common") as {
  HTTPParser: ParserClass;
};

/** Not a fault of the input: another protocol follows, or nothing is to follow. */
const LEFT = new Set(["HPE_PAUSED_UPGRADE", "HPE_CLOSED_CONNECTION"]);
const MAX_HEADER_BYTES = 1_048_576;

interface Open {
  start: string;
  fields: [string, string][];
  content: string;
  trailers: [string, string][];
  headDone: boolean;
}

/** Reads an input to its end, in one piece. */
export function readWithLlhttp(kind: "request" | "response", input: Uint8Array): PeerReading {
  const messages: Message[] = [];
  const parser = new HTTPParser();
  parser.initialize(
    HTTPParser[kind === "request" ? "REQUEST" : "RESPONSE"],
    {},
    MAX_HEADER_BYTES,
    0,
  );
  let open = opened();
  let upgraded = false;
  parser[HTTPParser.kOnHeaders] = (raw: string[], url: string): void => {
    (open.headDone ? open.trailers : open.fields).push(...pairs(raw));
    if (!open.headDone) open.start += url;
  };
  parser[HTTPParser.kOnHeadersComplete] = (
    major: number,
    minor: number,
    raw: string[] | undefined,
    method: number,
    url: string | undefined,
    status: number,
    reason: string,
    upgrade: boolean,
  ): number => {
    open.fields.push(...pairs(raw ?? []));
    open.headDone = true;
    const version = `${major}.${minor}`;
    open.start =
      kind === "request"
        ? `${methodNames().get(method) ?? "?"} ${open.start}${url ?? ""} ${version}`
        : `${status < 200 ? "1.x" : version} ${status} ${reason}`;
    upgraded = upgrade;
    // As node:http does where nobody listens for upgrades.
    return upgrade && methodNames().get(method) === "CONNECT" ? 2 : 0;
  };
  parser[HTTPParser.kOnBody] = (bytes: Uint8Array): void => {
    open.content += latin1(bytes);
  };
  parser[HTTPParser.kOnMessageComplete] = (): void => {
    const { start, fields, content, trailers } = open;
    messages.push({ start, fields, content, trailers });
    open = opened();
  };
  const result = input.length === 0 ? 0 : parser.execute(input);
  let rest: PeerReading["rest"] = "read";
  if (typeof result !== "number") rest = LEFT.has(result.code) ? "left" : "refused";
  else if (upgraded) rest = "left";
  else if (parser.finish() instanceof Error) rest = "refused";
  parser.free();
  const incomparable = faultOfLlhttp(latin1(input));
  return { messages, rest, ...(incomparable === undefined ? undefined : { incomparable }) };
}

/** Where llhttp is known to read otherwise than the RFC says, and we read as it says. */
function faultOfLlhttp(text: string): string | undefined {
  if (/^(?:transfer-encoding|connection|content-length|upgrade):[^\r\n]*\t[ \t]*\r?$/im.test(text))
    return "before 9.4.2 a trailing HTAB counts as a part of a deciding value (RFC 9110 §5.5)";
  if (/^[0-9a-f]+(?:[ \t]|[^\r\n]*(?:[ \t][;=]|[;=][ \t]))/im.test(text))
    return "it refuses blanks around ; and = in chunk extensions (RFC 9112 §7.1.1)";
  return undefined;
}

/** Whether llhttp has a name for the method; it refuses all others, whatever the grammar says. */
export function isKnownToLlhttp(method: string): boolean {
  return METHODS.includes(method);
}

let names: Map<number, string> | undefined;

/** llhttp tells a method by its number; what the numbers are is asked for once. */
function methodNames(): ReadonlyMap<number, string> {
  if (names !== undefined) return names;
  names = new Map();
  for (const name of METHODS) {
    const parser = new HTTPParser();
    parser.initialize(HTTPParser.REQUEST, {}, MAX_HEADER_BYTES, 0);
    let number = -1;
    parser[HTTPParser.kOnHeadersComplete] = (
      _major: number,
      _minor: number,
      _raw: string[],
      method: number,
    ): number => {
      number = method;
      return 0;
    };
    const target = name === "CONNECT" ? "a:1" : "/";
    parser.execute(Buffer.from(`${name} ${target} HTTP/1.1\r\n\r\n`));
    parser.free();
    names.set(number, name);
  }
  return names;
}

function opened(): Open {
  return { start: "", fields: [], content: "", trailers: [], headDone: false };
}

function pairs(raw: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2)
    found.push([(raw[at] ?? "").toLowerCase(), raw[at + 1] ?? ""]);
  return found;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

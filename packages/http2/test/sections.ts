// Reads field lines the way a connection does: each is judged once, goes to a reader, and the reader
// is asked. Lines that start with a bang came never-indexed.

import type { Fields } from "@wirewall/fields";
import type { Informational, RequestHead, ResponseHead, Trailers } from "../src/heads.ts";
import { RequestSection } from "../src/request-section.ts";
import { ResponseSection } from "../src/response-section.ts";
import { isFault, type SectionFault, type SectionRules } from "../src/section-codes.ts";
import { judge } from "../src/section-marks.ts";
import { TrailerSection } from "../src/trailer-section.ts";

export type Line = readonly [name: string, value: string, neverIndexed?: boolean];

export const RULES: SectionRules = {
  strict: false,
  connectProtocol: true,
  maxBodyBytes: 16_777_216,
};

export interface Sink {
  field(name: string, value: string, mark: number, neverIndexed: boolean): void;
}

export function feed(sink: Sink, lines: readonly Line[]): void {
  for (const [name, value, never] of lines)
    sink.field(name, value, judge(name, value), never === true);
}

export function readRequest(
  lines: readonly Line[],
  options: { readonly endStream?: boolean; readonly rules?: Partial<SectionRules> } = {},
): RequestHead | SectionFault {
  const section = new RequestSection({ ...RULES, ...options.rules });
  feed(section, lines);
  return section.finish(1, options.endStream ?? true);
}

export function readResponse(
  lines: readonly Line[],
  options: {
    readonly endStream?: boolean;
    readonly method?: string;
    readonly maxBodyBytes?: number;
  } = {},
): ResponseHead | Informational | SectionFault {
  const section = new ResponseSection(options.maxBodyBytes ?? RULES.maxBodyBytes);
  feed(section, lines);
  return section.finish(1, options.endStream ?? false, options.method ?? "GET");
}

export function readTrailers(lines: readonly Line[]): Trailers | SectionFault {
  const section = new TrailerSection();
  feed(section, lines);
  return section.finish(1);
}

/** The code of a refusal without the package's name, or "read". */
export function verdict(result: object): string {
  return isFault(result) ? result.code.slice("http2.".length) : "read";
}

export function pairs(fields: Fields): (readonly [string, string])[] {
  return [...fields];
}

/** The four pseudo-fields of a plain request. */
export const GET: readonly Line[] = [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", "a.example"],
  [":path", "/"],
];

export const OK: readonly Line[] = [[":status", "200"]];

// A refusal for people: what, where, why, and what the peer is told.

import type { Violation } from "@wirewall/limits";
import { grouped } from "../terminal/number.js";
import type { Style } from "../terminal/style.js";
import { hexView } from "./hex-view.js";
import type { RecentBytes } from "./recent-bytes.js";

/** The lines of a violation, each without its line end. */
export function violationText(
  violation: Violation,
  summary: string,
  told: readonly string[],
  recent: RecentBytes,
  style: Style,
): string[] {
  const { code, offset, spec, scope, limit } = violation;
  const where = `${grouped(offset)} (0x${offset.toString(16)})`;
  return [
    `${style.red(style.bold("refused".padEnd(15)))} ${style.bold(code)}: ${summary}`,
    ...item("offset", [offset === recent.end ? `${where}, the end of the input` : where]),
    ...item("spec", [spec]),
    ...(limit === undefined
      ? []
      : item("limit", [`${limit.name} ${grouped(limit.max)}, seen ${grouped(limit.observed)}`])),
    ...item("ends", [scope === "connection" ? "the connection" : ends(violation, scope)]),
    ...item("place", hexView(recent, offset)),
    ...item("peer is told", told),
  ];
}

function ends(violation: object, scope: string): string {
  const { stream } = violation as { readonly stream?: unknown };
  return typeof stream === "number" ? `${scope} ${stream}` : `the ${scope}`;
}

function item(label: string, texts: readonly string[]): string[] {
  return texts.map((text, index) => `  ${(index === 0 ? label : "").padEnd(13)} ${text}`);
}

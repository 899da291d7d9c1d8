// wirewall limits: every bound there is, with its reason.

import { unitOf, type LimitEntry, type Limits, type Preset } from "@wirewall/limits";
import { grouped } from "../terminal/number.js";
import { printableJson } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { catalogue } from "./catalogue.js";
import { EXIT } from "./usage.js";

export interface LimitsOptions {
  readonly json?: boolean;
  readonly preset?: Preset;
}

/** One row of `wirewall limits --json`. */
interface LimitRow {
  readonly owner: string;
  readonly name: string;
  readonly unit: string;
  /** In the preset that was asked for. */
  readonly value: number;
  readonly default: number;
  readonly strict: number;
  readonly min: number;
  readonly max: number;
  readonly reason: string;
  readonly spec: string | null;
}

export async function runLimits(options: LimitsOptions, out: Output): Promise<number> {
  const preset = options.preset ?? "default";
  if (options.json === true) {
    const rows = catalogue.flatMap((limits) =>
      limits.table.map((row) => limitRow(limits, row, preset)),
    );
    await out.write(`[\n${rows.map((row) => `  ${printableJson(row)}`).join(",\n")}\n]\n`);
  } else for (const limits of catalogue) await out.write(table(limits, preset, out));
  return EXIT.ok;
}

function limitRow(limits: Limits, entry: LimitEntry, preset: Preset): LimitRow {
  const strict = entry.strict ?? entry.default;
  return {
    owner: limits.owner,
    name: entry.name,
    unit: unitOf(entry.name) ?? "",
    value: preset === "strict" ? strict : entry.default,
    default: entry.default,
    strict,
    min: entry.min,
    max: entry.max,
    reason: entry.reason,
    spec: entry.spec ?? null,
  };
}

function table(limits: Limits, preset: Preset, out: Output): string {
  const { style } = out;
  const rows = limits.table.map((entry) => limitRow(limits, entry, preset));
  const nameWidth = width(rows, (row) => row.name);
  const valueWidth = width(rows, (row) => figure(row));
  const lines = rows.flatMap((row) => [
    `  ${style.bold(row.name.padEnd(nameWidth))}  ${style.green(figure(row).padStart(valueWidth))}` +
      `  ${unitWord(row.unit)}, ${grouped(row.min)} to ${grouped(row.max)}` +
      (row.spec === null ? "" : `  ${row.spec}`),
    `    ${style.dim(row.reason)}`,
  ]);
  const note = preset === "strict" ? "preset strict" : "default | strict where they differ";
  return `${style.cyan(limits.owner)}  ${style.dim(note)}\n${lines.join("\n")}\n\n`;

  function figure(row: LimitRow): string {
    return preset === "strict" || row.strict === row.default
      ? grouped(row.value)
      : `${grouped(row.default)} | ${grouped(row.strict)}`;
  }
}

function width(rows: readonly LimitRow[], text: (row: LimitRow) => string): number {
  return Math.max(...rows.map((row) => text(row).length));
}

function unitWord(unit: string): string {
  return UNIT_WORDS.get(unit) ?? unit.toLowerCase();
}

const UNIT_WORDS: ReadonlyMap<string, string> = new Map([
  ["Ms", "milliseconds"],
  ["PerSecond", "per second"],
]);

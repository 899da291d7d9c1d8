// The results as a table for people and as lines of JSON for programs.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { figure } from "./rounds.mjs";
import { LEAST_ROUNDS } from "./run.mjs";

const require = createRequire(import.meta.url);

/** One line per comparison, or one for a bench that has figures without a peer. */
export function jsonLines(result) {
  const { bench, comparisons, figures } = result;
  const lines = comparisons.map(({ comparison, ...run }) => ({
    bench: bench.name,
    peer: comparison.peer,
    ...(comparison.variant === undefined ? {} : { variant: comparison.variant }),
    ...(comparison.floor === true ? { floor: true } : {}),
    ...(comparison.version === undefined ? {} : { peerVersion: comparison.version() }),
    ratio: rounded(run.ratio),
    ...(run.medians.length > 1 ? { medians: run.medians.map(round3) } : {}),
    ...(comparison.goal === undefined ? {} : { goal: comparison.goal }),
    ...(comparison.atMost === undefined ? {} : { atMost: comparison.atMost }),
    rounds: run.rounds,
    unit: bench.plan.unit,
    ours: round3(run.ours),
    theirs: round3(run.theirs),
    ...circumstances(run.date),
  }));
  if (figures !== undefined)
    lines.push({
      bench: bench.name,
      peer: null,
      figures,
      ...circumstances(new Date().toISOString()),
      ...(bench.plan.limitsNote === undefined ? {} : { limits: bench.plan.limitsNote }),
    });
  return lines.map((line) => `${JSON.stringify(line)}\n`);
}

/** Costs, ratios and goals, and below them the figures that have no peer. */
export function table(results) {
  const rows = [["bench", "peer", "ours", "theirs", "ratio", "goal", ""]];
  const figures = [];
  for (const { bench, comparisons, figures: found, skipped, failure } of results) {
    const { unit } = bench.plan;
    for (const { comparison, ratio, ours, theirs, rounds } of comparisons)
      rows.push([
        bench.name,
        comparison.peer,
        `${figure(ours)} ${unit}`,
        `${figure(theirs)} ${unit}`,
        `${ratio.median.toFixed(2)} [${ratio.min.toFixed(2)}-${ratio.max.toFixed(2)}]`,
        goalOf(comparison, ratio, ours),
        [comparison.variant, rounds < LEAST_ROUNDS && `${rounds} rounds are too few to quote`]
          .filter(Boolean)
          .join("; "),
      ]);
    if (found !== undefined) figures.push(figureLines(bench, found));
    for (const { peer, reason } of skipped)
      rows.push([bench.name, peer ?? "", "", "", "", "", `not run: ${reason}`]);
    if (failure !== undefined) rows.push([bench.name, "", "", "", "", "", `failed: ${failure}`]);
  }
  const circumstance = `${machine()}, Node ${process.versions.node}, limits: default\n`;
  return `\n${rows.length > 1 ? aligned(rows) : ""}${figures.join("")}${circumstance}`;
}

/** The version of an installed package. */
export function packageVersion(name) {
  const path = require.resolve.paths(name).map((folder) => `${folder}/${name}/package.json`);
  for (const file of path)
    try {
      return `${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
    } catch {
      continue;
    }
  return name;
}

/** A goal is a ratio to reach, or a cost of ours that is not to be exceeded. */
function goalOf({ goal, atMost, floor }, ratio, ours) {
  if (floor === true) return "floor";
  if (goal !== undefined) return `${goal}: ${ratio.median >= goal ? "met" : "missed"}`;
  if (atMost !== undefined) return `ours <= ${atMost}: ${ours <= atMost ? "met" : "missed"}`;
  return "";
}

function figureLines(bench, figures) {
  const lines = figures.map(({ name, value, unit = "", goal }) => {
    const wanted = goal === undefined ? "" : ` (goal ${goal.text}: ${goal.met ? "met" : "missed"})`;
    const text = typeof value === "number" ? figure(value) : value;
    return `  ${name}: ${text}${unit === "" ? "" : ` ${unit}`}${wanted}\n`;
  });
  return `${bench.name}: ${bench.plan.title}\n${lines.join("")}`;
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function circumstances(date) {
  return { node: process.versions.node, date, machine: machine(), limits: "default" };
}

function machine() {
  const all = cpus();
  const model = (all[0]?.model ?? "unknown processor").replace(/\s+/g, " ").trim();
  return `${all.length} x ${model}`;
}

function rounded({ median, min, max }) {
  return { median: round3(median), min: round3(min), max: round3(max) };
}

function round3(number) {
  return Math.round(number * 1_000) / 1_000;
}

// A bench is a file `packages/PACKAGE/bench/NAME.bench.mjs` that exports its plan. Controls stand in
// `control/`: they measure the measuring, and run only when they are named in full.

import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OptionError, suggestion } from "../setup/read-options.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONTROL = fileURLToPath(new URL("control", import.meta.url));
const SUFFIX = ".bench.mjs";

/** All benches by name, controls last. */
export async function findBenches() {
  const packages = readdirSync(join(ROOT, "packages")).sort();
  const folders = packages.map((name) => join(ROOT, "packages", name, "bench"));
  const found = [];
  for (const folder of [...folders.filter((path) => existsSync(path)), CONTROL])
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith(SUFFIX)) continue;
      const url = pathToFileURL(join(folder, file)).href;
      const { plan } = await import(url);
      found.push({
        name: basename(file, SUFFIX),
        url,
        plan,
        control: folder === CONTROL,
      });
    }
  return found;
}

/** Those that the filter and the peer choose. */
export function pickBenches(all, { filter, peer }) {
  const exact = all.filter(({ name }) => name === filter);
  const matching =
    exact.length > 0
      ? exact
      : all.filter(({ name, control }) => !control && name.includes(filter ?? ""));
  if (matching.length === 0) {
    const names = all.map(({ name }) => name);
    throw new OptionError(
      `no bench is named ${filter}${suggestion(filter, names) || " (--list shows all of them)"}`,
    );
  }
  if (peer === undefined) return matching;
  const having = matching.filter(({ plan }) => peersOf(plan).includes(peer));
  if (having.length === 0) {
    const peers = [...new Set(matching.flatMap(({ plan }) => peersOf(plan)))];
    throw new OptionError(
      `--peer: ${peer} is none of ${peers.join(", ")}${suggestion(peer, peers)}`,
    );
  }
  return having;
}

function peersOf(plan) {
  return (plan.comparisons ?? []).map((comparison) => comparison.peer);
}

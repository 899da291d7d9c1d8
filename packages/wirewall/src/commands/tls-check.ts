// wirewall tls check: options of node:tls in a JSON file, judged as a server would before it opens.

import { dirname, isAbsolute, join } from "node:path";
import { findingLine, type TlsFinding, type TlsOptions } from "@wirewall/tls";
import { checkNodeTls } from "@wirewall/tls/node";
import { readFileOf } from "../options/read-file.js";
import { printableJson, printableText } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT, UsageProblem } from "./usage.js";

export interface TlsCheckOptions {
  readonly json?: boolean;
}

const MAX_FILE_BYTES = 1_048_576;
/** Options that may name a file, from the folder of the policy. */
const MATERIAL = ["ca", "cert", "key"] as const;

/** @throws UsageProblem for a file that cannot be read, or is no JSON object. */
export async function runTlsCheck(
  file: string,
  options: TlsCheckOptions,
  out: Output,
): Promise<number> {
  const findings = checkNodeTls(await optionsOf(file));
  if (options.json === true) await out.write(jsonOf(findings));
  else if (findings.length === 0)
    await out.write(`${printableText(file)}: nothing is wrong with it\n`);
  else
    for (const finding of findings)
      await out.write(`${out.style.red("refused")}  ${printableText(findingLine(finding))}\n`);
  return findings.length === 0 ? EXIT.ok : EXIT.refused;
}

function jsonOf(findings: readonly TlsFinding[]): string {
  if (findings.length === 0) return "[]\n";
  return `[\n${findings.map((finding) => `  ${printableJson(finding)}`).join(",\n")}\n]\n`;
}

async function optionsOf(file: string): Promise<TlsOptions> {
  const text = (await readFileOf("tls check", file, MAX_FILE_BYTES)).toString("utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UsageProblem(`tls check: ${file}: expected JSON`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new UsageProblem(`tls check: ${file}: expected a JSON object of options`);
  const given = new Map(Object.entries(parsed));
  for (const name of MATERIAL) {
    const value: unknown = given.get(name);
    if (typeof value === "string" && value !== "" && !value.includes("-----BEGIN")) {
      const path = isAbsolute(value) ? value : join(dirname(file), value);
      given.set(
        name,
        (await readFileOf(`tls check: ${name}`, path, MAX_FILE_BYTES)).toString("latin1"),
      );
    }
  }
  return Object.fromEntries(given);
}

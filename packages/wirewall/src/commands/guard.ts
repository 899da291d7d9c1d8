// wirewall guard: opens what was asked for, says where, and closes when it is told to.

import type { Preset } from "@wirewall/limits";
import { Interrupts } from "../guard/interrupts.js";
import { DEFAULT_PORT } from "../guard/listening.js";
import { RefusalLog } from "../guard/refusal-log.js";
import { RunningGuard } from "../guard/running-guard.js";
import { guardSettings, type GuardSettings } from "../guard/settings.js";
import { isWildcard, type ListenAddress } from "../options/address.js";
import { readLimitsFile } from "../options/limits-file.js";
import { printableText } from "../terminal/printable.js";
import type { Output, Terminal } from "../terminal/terminal.js";
import { catalogue } from "./catalogue.js";
import { EXIT } from "./usage.js";
import { version } from "./version.js";

export interface GuardOptions {
  readonly upstream?: URL;
  readonly listen?: ListenAddress;
  readonly admin?: ListenAddress;
  readonly limits?: string;
  readonly preset?: Preset;
}

/** Runs until a signal ends it. */
export async function runGuard(
  options: GuardOptions,
  terminal: Terminal,
  out: Output,
  err: Output,
): Promise<number> {
  const { upstream, listen, admin, limits, preset = "default" } = options;
  const settings = guardSettings(
    limits === undefined ? new Map() : await readLimitsFile(limits, catalogue, preset),
    preset,
  );
  const interrupts = new Interrupts(terminal);
  try {
    const guard = await RunningGuard.open({ upstream, listen, admin }, settings);
    const { refusals, upstreamErrors } = guard.gateway.counters;
    const log = new RefusalLog(
      { refused: refusals, "upstream failed": upstreamErrors },
      (line) => void err.write(`${line}\n`),
    );
    await out.write(announcement(guard, options, settings, out));
    const signal = await interrupts.next();
    await err.write(`${signal}: open requests may finish; a second signal ends at once\n`);
    const cutOff = await Promise.race([guard.close(), interrupts.next()]);
    log.close();
    return cutOff === undefined ? EXIT.ok : EXIT[cutOff];
  } finally {
    interrupts.stop();
  }
}

function announcement(
  guard: RunningGuard,
  options: GuardOptions,
  settings: GuardSettings,
  out: Output,
): string {
  const { style } = out;
  const { server, admin, demo } = guard;
  const busy = options.listen === undefined && server.port !== DEFAULT_PORT;
  const everywhere = options.listen !== undefined && isWildcard(options.listen);
  const rows: [string, string][] = [
    [
      "listening",
      style.bold(style.green(printableText(server.url))) +
        (busy ? ` (port ${DEFAULT_PORT} is busy)` : everywhere ? " and every other address" : ""),
    ],
    ["upstream", demo === undefined ? (options.upstream?.origin ?? "") : `the demo, ${demo.url}`],
    ["limits", `preset ${settings.preset}${fileNote(options.limits)}`],
  ];
  if (admin !== undefined) rows.push(["admin", printableText(admin.url)]);
  rows.push(["try", attempt(server.url, demo !== undefined)]);
  const lines = rows.map(([label, text]) => `  ${style.dim(label.padEnd(10))} ${text}\n`);
  return `${style.bold("wirewall guard")} ${version}\n${lines.join("")}`;
}

function fileNote(path: string | undefined): string {
  return path === undefined ? "" : `, ${printableText(path)}`;
}

function attempt(url: string, isDemo: boolean): string {
  const target = isDemo ? "/echo -d hello" : "/";
  return url.startsWith("unix:")
    ? `curl --unix-socket ${printableText(url.slice("unix:".length))} http://localhost${target}`
    : `curl ${url}${target}`;
}

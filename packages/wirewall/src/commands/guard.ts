// wirewall guard: opens what was asked for, says where, and closes when it is told to.

import type { Preset } from "@wirewall/limits";
import type { Server } from "@wirewall/server";
import {
  DEVELOPMENT_NAMES,
  developmentCertificate,
  readCertificate,
} from "../guard/certificate.js";
import { Interrupts } from "../guard/interrupts.js";
import { DEFAULT_PORT, DEFAULT_TLS_PORT } from "../guard/listening.js";
import { RefusalLog } from "../guard/refusal-log.js";
import { RunningGuard, type TlsPlace } from "../guard/running-guard.js";
import { guardSettings, type GuardSettings } from "../guard/settings.js";
import { isWildcard, type ListenAddress } from "../options/address.js";
import { readLimitsFile } from "../options/limits-file.js";
import { printableText } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";
import type { Output, Terminal } from "../terminal/terminal.js";
import { catalogue } from "./catalogue.js";
import { EXIT, UsageProblem } from "./usage.js";
import { version } from "./version.js";

export interface GuardOptions {
  readonly upstream?: URL;
  readonly listen?: ListenAddress;
  readonly tls?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsListen?: ListenAddress;
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
  const tls = await tlsPlace(options);
  const interrupts = new Interrupts(terminal);
  try {
    const guard = await RunningGuard.open({ upstream, listen, tls, admin }, settings);
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

/** TLS is served if anything asks for it, and for the demo where nothing is said at all. */
async function tlsPlace(options: GuardOptions): Promise<TlsPlace | undefined> {
  const { tls, tlsCert, tlsKey, tlsListen: listen } = options;
  if (tlsCert !== undefined && tlsKey !== undefined) {
    if (tls === true) throw new UsageProblem("--tls: not together with --tls-cert and --tls-key");
    return { listen, identity: await readCertificate(tlsCert, tlsKey) };
  }
  if (tlsCert !== undefined) throw new UsageProblem("--tls-cert: expected --tls-key as well");
  if (tlsKey !== undefined) throw new UsageProblem("--tls-key: expected --tls-cert as well");
  const isPlainDemo = options.upstream === undefined && options.listen === undefined;
  if (tls !== true && listen === undefined && !isPlainDemo) return undefined;
  return { listen, identity: await developmentCertificate() };
}

function announcement(
  guard: RunningGuard,
  options: GuardOptions,
  settings: GuardSettings,
  out: Output,
): string {
  const { style } = out;
  const { server, secure, admin, demo } = guard;
  const rows: [string, string][] = [
    ["listening", place(server, options.listen, DEFAULT_PORT, style)],
    ["upstream", demo === undefined ? originOf(options.upstream) : `the demo, ${demo.url}`],
    ["limits", `preset ${settings.preset}${fileNote(options.limits)}`],
  ];
  if (secure !== undefined) {
    rows.splice(1, 0, ["tls", place(secure, options.tlsListen, DEFAULT_TLS_PORT, style)]);
    if (options.tlsCert === undefined)
      rows.splice(2, 0, [
        "",
        `a development certificate for ${DEVELOPMENT_NAMES}, made now: nobody trusts it`,
      ]);
  }
  if (admin !== undefined) rows.push(["admin", printableText(admin.url)]);
  rows.push(["try", attempt(server.url, demo !== undefined)]);
  if (secure !== undefined) rows.push(["", attempt(secure.url, demo !== undefined)]);
  const lines = rows.map(([label, text]) => `  ${style.dim(label.padEnd(10))} ${text}\n`);
  return `${style.bold("wirewall guard")} ${version}\n${lines.join("")}`;
}

function place(
  server: Server,
  named: ListenAddress | undefined,
  defaultPort: number,
  style: Style,
): string {
  const url = style.bold(style.green(printableText(server.url)));
  if (named === undefined)
    return server.port === defaultPort ? url : `${url} (port ${defaultPort} is busy)`;
  return isWildcard(named) ? `${url} and every other address` : url;
}

/** `URL.origin` knows only the schemes of browsers. */
function originOf(upstream: URL | undefined): string {
  return upstream === undefined ? "" : `${upstream.protocol}//${upstream.host}`;
}

function fileNote(path: string | undefined): string {
  return path === undefined ? "" : `, ${printableText(path)}`;
}

function attempt(url: string, isDemo: boolean): string {
  const target = isDemo ? "/echo -d hello" : "/";
  if (url.startsWith("https:")) return `curl --http2 -k ${url}${target}`;
  return url.startsWith("unix:")
    ? `curl --unix-socket ${printableText(url.slice("unix:".length))} http://localhost${target}`
    : `curl ${url}${target}`;
}

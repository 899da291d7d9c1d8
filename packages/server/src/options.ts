// What `serve` takes, judged whole before anything is opened. Whatever is wrong is one
// ServeOptionError that names the option, what was expected, and what came.

import { limits as http1Limits, type Http1LimitName } from "@wirewall/http1";
import { limits as http2Limits, type Http2LimitName } from "@wirewall/http2";
import type { Limits, Preset } from "@wirewall/limits";
import { TlsPolicyError } from "@wirewall/tls";
import { nodeTls, type NodeTls } from "@wirewall/tls/node";
import type { TraceSink } from "@wirewall/trace";
import type { SecureContextOptions } from "node:tls";
import type { ServerViolation } from "./connection-host.js";
import type { ConnectionInfo } from "./connection-info.js";
import { ServeOptionError } from "./errors.js";
import type { Exchange } from "./exchange.js";
import type { FetchHandler } from "./fetch-handler.js";
import { limits as serverLimits, type ServerLimitName, type ServerLimits } from "./limits.js";

export type ExchangeHandler = (exchange: Exchange) => void | Promise<void>;

/** As ALPN calls it (RFC 7301 §6, RFC 9113 §3.2). */
export type Protocol = "h2" | "http/1.1";

export interface ServeOptions {
  /** A WHATWG handler. Exactly one of `fetch` and `exchange` has to be given. */
  readonly fetch?: FetchHandler;
  /** The lower level, without Web objects. */
  readonly exchange?: ExchangeHandler;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 unless said otherwise. */
  readonly host?: string;
  /** A Unix socket instead of port and host. A socket that nobody listens on any more is replaced. */
  readonly path?: string;
  /**
   * Serves TLS by a policy that is judged before anything is opened (`@wirewall/tls`); the protocol is
   * agreed on by ALPN (RFC 7301).
   */
  readonly tls?: SecureContextOptions;
  /**
   * What is spoken, the preferred one first; `["h2", "http/1.1"]` if absent. On cleartext HTTP/2
   * begins with prior knowledge (RFC 9113 §3.3).
   */
  readonly protocols?: readonly Protocol[];
  /**
   * Lets clients ask for other protocols on a stream (RFC 8441): an `exchange` handler gets CONNECT
   * with `head.protocol`, and accepts it by `upgrade()`. False if absent.
   */
  readonly extendedConnect?: boolean;
  /** Limits of HTTP/1.1, per connection. */
  readonly limits?: { readonly [K in Http1LimitName]?: number };
  /** Limits of HTTP/2, per connection. */
  readonly http2?: { readonly [K in Http2LimitName]?: number };
  readonly preset?: Preset;
  readonly maxConnectionCount?: number;
  /** What all connections together may hold. */
  readonly maxServerRetainedBytes?: number;
  /** How long `close` lets running exchanges finish. */
  readonly shutdownTimeoutMs?: number;
  readonly handshakeTimeoutMs?: number;
  /**
   * The deadline of each handler's task: where it waits by its context it is asked to stop, with the
   * reason `deadline`, and answered by 499 unless it has answered itself. Absent: none.
   */
  readonly handlerTimeoutMs?: number;
  /** Connections that the system queues before they are accepted. */
  readonly backlog?: number;
  /** A peer was refused. What it throws is ignored. */
  readonly onViolation?: (violation: ServerViolation, info: ConnectionInfo) => void;
  /** A handler failed, or a connection could not be accepted. What it throws is ignored. */
  readonly onError?: (error: unknown, info: ConnectionInfo | undefined) => void;
  /** Where the regions of connections, the tasks of handlers, and refusals are told. */
  readonly trace?: TraceSink;
}

/** Options that were judged, with their defaults. */
export interface ResolvedOptions extends ServerLimits {
  readonly handler: { readonly fetch: FetchHandler } | { readonly exchange: ExchangeHandler };
  readonly port: number;
  readonly host: string;
  readonly path: string | undefined;
  readonly tls: NodeTls | undefined;
  readonly protocols: readonly Protocol[];
  readonly extendedConnect: boolean;
  readonly limits: { readonly [K in Http1LimitName]?: number };
  readonly http2: { readonly [K in Http2LimitName]?: number };
  readonly preset: Preset;
  readonly backlog: number;
  readonly onViolation: ServeOptions["onViolation"] | undefined;
  readonly onError: ServeOptions["onError"] | undefined;
  readonly trace: TraceSink | undefined;
  readonly handlerTimeoutMs: number | undefined;
}

const NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "fetch",
  "exchange",
  "port",
  "host",
  "path",
  "tls",
  "protocols",
  "extendedConnect",
  "limits",
  "http2",
  "preset",
  "backlog",
  "onViolation",
  "onError",
  "trace",
  "handlerTimeoutMs",
  ...serverLimits.table.map(({ name }) => name),
]);

const MOST_HANDLER_MS = 86_400_000;

/** What the system copies into a socket address, without its closing NUL. */
const MAX_PATH_BYTES = process.platform === "linux" ? 107 : 103;

/** @throws ServeOptionError */
export function resolveOptions(given: ServeOptions): ResolvedOptions {
  if (!isObject(given)) throw new ServeOptionError("options", "an object", shown(given));
  for (const name of Object.keys(given))
    if (!NAMES.has(name))
      throw new ServeOptionError(shown(name), `one of ${[...NAMES].join(", ")}`, "another name");

  const path = given.path === undefined ? undefined : unixPath(given.path);
  if (path !== undefined && (given.port !== undefined || given.host !== undefined))
    throw new ServeOptionError("path", "either path, or port and host", "both");
  const tls: unknown = given.tls;
  if (tls !== undefined && !isObject(tls))
    throw new ServeOptionError("tls", "an object with key and cert", shown(tls));
  const protocols = protocolsOf(orElse(given.protocols, BOTH));

  const values = Object.fromEntries(
    serverLimits.table.map((row) => [row.name, limit(serverLimits, "", row.name, given[row.name])]),
  ) as { readonly [K in ServerLimitName]: number };
  return {
    ...values,
    handler: handler(given),
    port: whole("port", orElse(given.port, 0), 0, 65_535),
    host: given.host === undefined ? "127.0.0.1" : hostName(given.host),
    path,
    tls: given.tls === undefined ? undefined : tlsOf(given.tls, protocols),
    protocols,
    extendedConnect: extendedConnectOf(given),
    limits: limitsOf("limits", http1Limits, orElse(given.limits, {})),
    http2: limitsOf("http2", http2Limits, orElse(given.http2, {})),
    preset: preset(orElse(given.preset, "default")),
    backlog: whole("backlog", orElse(given.backlog, 511), 1, 65_535),
    onViolation: optional("onViolation", given.onViolation),
    onError: optional("onError", given.onError),
    trace: given.trace === undefined ? undefined : traceSink(given.trace),
    handlerTimeoutMs:
      given.handlerTimeoutMs === undefined
        ? undefined
        : whole("handlerTimeoutMs", given.handlerTimeoutMs, 1, MOST_HANDLER_MS),
  };
}

const BOTH: readonly Protocol[] = ["h2", "http/1.1"];

/** The first finding is the error; `wirewall tls check` tells all of them. */
function tlsOf(given: SecureContextOptions, protocols: readonly Protocol[]): NodeTls {
  try {
    const policy = { ...given, role: "server", protocols, ALPNProtocols: protocols };
    return nodeTls(policy);
  } catch (error) {
    if (!(error instanceof TlsPolicyError)) throw error;
    const [finding] = error.findings;
    if (finding === undefined) throw error;
    const { field, reason, value, code } = finding;
    throw new ServeOptionError(`tls.${field}`, `another value, since ${reason} (${code})`, value);
  }
}

function protocolsOf(given: unknown): readonly Protocol[] {
  const isList =
    Array.isArray(given) &&
    given.length > 0 &&
    new Set(given).size === given.length &&
    given.every((name) => name === "h2" || name === "http/1.1");
  if (isList) return given as Protocol[];
  throw new ServeOptionError("protocols", 'a list of "h2" and "http/1.1"', shown(given));
}

function extendedConnectOf(given: ServeOptions): boolean {
  const { extendedConnect = false, fetch } = given;
  if (typeof extendedConnect !== "boolean")
    throw new ServeOptionError("extendedConnect", "true or false", shown(extendedConnect));
  if (extendedConnect && fetch !== undefined)
    throw new ServeOptionError("extendedConnect", "an exchange handler beside it", "fetch");
  return extendedConnect;
}

function limitsOf<Name extends Http1LimitName | Http2LimitName>(
  option: string,
  table: Limits<Name>,
  given: unknown,
): { readonly [K in Name]?: number } {
  if (!isObject(given)) throw new ServeOptionError(option, "an object", shown(given));
  const values: { [K in Name]?: number } = {};
  for (const [name, value] of Object.entries(given)) {
    const row = table.table.find((entry) => entry.name === name);
    if (row === undefined)
      throw new ServeOptionError(
        `${option}.${name}`,
        `the name of an ${table.owner} limit`,
        "another name",
      );
    values[row.name] = limit(table, `${option}.`, row.name, value);
  }
  return values;
}

function limit<Name extends Http1LimitName | Http2LimitName | ServerLimitName>(
  table: Limits<Name>,
  prefix: string,
  name: Name,
  value: unknown,
): number {
  const row = table.table.find((entry) => entry.name === name);
  if (row === undefined) throw new TypeError("limit: expected a name of the table");
  return whole(`${prefix}${name}`, value === undefined ? row.default : value, row.min, row.max);
}

function whole(option: string, value: unknown, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
    throw new ServeOptionError(option, `a whole number from ${min} to ${max}`, shown(value));
  return value as number;
}

function handler(given: ServeOptions): ResolvedOptions["handler"] {
  const fetch = optional("fetch", given.fetch);
  const exchange = optional("exchange", given.exchange);
  if (fetch !== undefined && exchange === undefined) return { fetch };
  if (exchange !== undefined && fetch === undefined) return { exchange };
  const came = fetch === undefined ? "neither" : "both";
  throw new ServeOptionError("fetch", "exactly one of fetch and exchange", came);
}

function optional<Callback>(option: string, value: Callback): Callback {
  if (value !== undefined && typeof value !== "function")
    throw new ServeOptionError(option, "a function", shown(value));
  return value;
}

function traceSink(value: unknown): TraceSink {
  if (isObject(value) && typeof (value as TraceSink).event === "function")
    return value as TraceSink;
  throw new ServeOptionError("trace", "an object with a method event", shown(value));
}

function preset(value: unknown): Preset {
  if (value === "default" || value === "strict") return value;
  throw new ServeOptionError("preset", '"default" or "strict"', shown(value));
}

function hostName(value: unknown): string {
  if (typeof value === "string" && /^[\w.:%-]{1,255}$/.test(value)) return value;
  throw new ServeOptionError("host", "an address or a host name, without port", shown(value));
}

function unixPath(value: unknown): string {
  const fits =
    typeof value === "string" &&
    value !== "" &&
    !value.includes("\0") &&
    Buffer.byteLength(value) <= MAX_PATH_BYTES;
  if (fits) return value;
  const expected = `a file path of at most ${MAX_PATH_BYTES} bytes without NUL`;
  throw new ServeOptionError("path", expected, shown(value));
}

/** Absent is undefined, and nothing else. */
function orElse<Value>(value: Value | undefined, otherwise: Value): Value {
  return value === undefined ? otherwise : value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value in one printable line, or its kind: an object may hold secrets. */
function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) return "null";
  if (typeof value !== "string")
    return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
  const text = JSON.stringify(value.slice(0, 100)).replace(/[^\x20-\x7e]/g, "?");
  return value.length > 100 ? `${text} …` : text;
}

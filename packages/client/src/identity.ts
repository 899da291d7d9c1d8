// Who is dialled, and under which policy: all of it, in one canonical text. Connections are pooled
// under that text, so two upstreams that differ in anything at all never meet in one connection.
// What is judged here is copied and frozen, and exactly that is dialled.

import { isAuthority } from "@wirewall/fields";
import { checkPolicy } from "@wirewall/tls";
import { createHash } from "node:crypto";
import { isIP } from "node:net";

export interface TlsSettings {
  /** Certificates to trust instead of the system's. */
  readonly ca?: TlsMaterial | readonly TlsMaterial[];
  /** The client's own certificate and its key. */
  readonly cert?: TlsMaterial;
  readonly key?: TlsMaterial;
  readonly passphrase?: string;
  /** The name that the certificate must have, and that is sent by SNI; the host if absent. */
  readonly serverName?: string;
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
}

/** PEM text or bytes. */
export type TlsMaterial = string | Uint8Array;

/** By its ALPN name (RFC 7301 §6). */
export type HttpProtocol = "http/1.1" | "h2";

/** An upstream over TCP, or over a Unix socket if `path` is given. */
export interface Upstream {
  readonly scheme: "http" | "https";
  /**
   * What is spoken. If absent: over TLS what ALPN chooses, otherwise HTTP/1.1. `h2` without TLS is
   * spoken from the first byte on (prior knowledge, RFC 9113 §3.3).
   */
  readonly protocol?: HttpProtocol;
  /** A name or an address, without brackets. Over a Unix socket it only makes the Host field. */
  readonly host?: string;
  /** 80 or 443 if absent. */
  readonly port?: number;
  /** The absolute path of a Unix socket. */
  readonly path?: string;
  /** The local address to connect from. */
  readonly localAddress?: string;
  /** Only with https. Certificates are always verified. */
  readonly tls?: TlsSettings;
}

/** A judged upstream. Only `identify` makes one. */
export class Identity {
  readonly scheme: "http" | "https";
  readonly protocol: HttpProtocol | undefined;
  readonly host: string;
  readonly port: number;
  readonly path: string | undefined;
  readonly localAddress: string | undefined;
  readonly tls: TlsSettings;
  /** The value of Host for this upstream (RFC 9110 §7.2). */
  readonly authority: string;
  /** Every field above, so that equal keys mean equal upstreams. */
  readonly key: string;
  readonly #upstream: Upstream;
  #http1: Identity | undefined;

  /** @internal */
  constructor(token: symbol, upstream: Upstream) {
    if (token !== TOKEN) throw new TypeError("identity: made by identify() only");
    const { scheme, path, localAddress } = upstream;
    this.scheme = scheme;
    this.protocol = upstream.protocol;
    this.host = (upstream.host ?? "localhost").toLowerCase();
    this.port = upstream.port ?? (scheme === "https" ? 443 : 80);
    this.path = path;
    this.localAddress = localAddress;
    this.tls = Object.freeze(copyOf(upstream.tls ?? {}));
    this.#upstream = { ...upstream, tls: this.tls };
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    const isDefault = path !== undefined || this.port === (scheme === "https" ? 443 : 80);
    this.authority = isDefault ? host : `${host}:${this.port}`;
    this.key = JSON.stringify([
      scheme,
      this.protocol ?? null,
      this.host,
      this.port,
      path ?? null,
      localAddress ?? null,
      digest(this.tls),
    ]);
    Object.freeze(this);
  }

  /** The same upstream over HTTP/1.1, where a connection can become a tunnel (RFC 9113 §8.6). */
  get overHttp1(): Identity {
    if (this.protocol === "http/1.1" || (this.protocol === undefined && this.scheme === "http"))
      return this;
    return (this.#http1 ??= new Identity(TOKEN, { ...this.#upstream, protocol: "http/1.1" }));
  }
}

const TOKEN = Symbol("identify");

/**
 * Judges an upstream: its parts, or an absolute URL without user, path, query and fragment. `h2c:`
 * is `http:` with HTTP/2 from the first byte on.
 *
 * @throws TypeError or RangeError for whatever is not one. The message does not repeat it.
 */
export function identify(upstream: Upstream | URL | string | Identity): Identity {
  if (upstream instanceof Identity) return upstream;
  const parts =
    typeof upstream === "string" || upstream instanceof URL ? ofUrl(upstream) : { ...upstream };
  check(parts);
  return new Identity(TOKEN, parts);
}

function ofUrl(given: string | URL): Upstream {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new TypeError("upstream: expected a URL such as http://127.0.0.1:3000");
  }
  const named = url.protocol.slice(0, -1);
  if (named !== "http" && named !== "https" && named !== "h2c")
    throw new TypeError("upstream: expected a URL that starts with http://, https:// or h2c://");
  if (url.username !== "" || url.password !== "")
    throw new TypeError("upstream: expected a URL without user and password");
  if ((url.pathname !== "/" && url.pathname !== "") || url.search !== "" || url.hash !== "")
    throw new TypeError("upstream: expected a URL without path, query and fragment");
  const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  const scheme = named === "https" ? named : "http";
  return {
    scheme,
    host,
    ...(named === "h2c" ? { protocol: "h2" } : undefined),
    ...(url.port === "" ? undefined : { port: Number(url.port) }),
  };
}

const FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "scheme",
  "protocol",
  "host",
  "port",
  "path",
  "localAddress",
  "tls",
]);

/** A setting that is not known here would not be in the key, so it is refused. */
function check(upstream: Upstream): void {
  for (const name of Object.keys(upstream))
    if (!FIELDS.has(name))
      throw new TypeError(`upstream: no setting of the name ${JSON.stringify(name)}`);
  const { scheme, protocol, host, port, path, localAddress, tls } = upstream;
  if (scheme !== "http" && scheme !== "https")
    throw new TypeError('upstream: scheme: expected "http" or "https"');
  if (protocol !== undefined && protocol !== "http/1.1" && protocol !== "h2")
    throw new TypeError('upstream: protocol: expected "http/1.1" or "h2"');
  if (host === undefined && path === undefined)
    throw new TypeError("upstream: expected a host, or the path of a Unix socket");
  if (host !== undefined && !isHost(host))
    throw new TypeError("upstream: host: expected a name or an address, without a port");
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw new RangeError("upstream: port: expected a whole number from 1 to 65535");
  if (path !== undefined && (typeof path !== "string" || !/^\/[^\0]+$/.test(path)))
    throw new TypeError("upstream: path: expected the absolute path of a Unix socket");
  if (localAddress !== undefined && isIP(localAddress) === 0)
    throw new TypeError("upstream: localAddress: expected an IP address");
  if (path !== undefined && (port !== undefined || localAddress !== undefined))
    throw new TypeError("upstream: a Unix socket has neither port nor local address");
  if (tls === undefined) return;
  if (scheme !== "https") throw new TypeError("upstream: tls: only with https");
  checkTls(tls);
}

function isHost(host: unknown): boolean {
  if (typeof host !== "string") return false;
  return host.includes(":") ? isIP(host) === 6 && isAuthority(`[${host}]`) : isAuthority(host);
}

const TLS_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ca",
  "cert",
  "key",
  "passphrase",
  "serverName",
  "minVersion",
]);

function checkTls(tls: TlsSettings): void {
  for (const name of Object.keys(tls))
    if (!TLS_FIELDS.has(name))
      throw new TypeError(`upstream: tls: no setting of the name ${JSON.stringify(name)}`);
  const { minVersion, serverName } = tls;
  if (minVersion !== undefined && minVersion !== "TLSv1.2" && minVersion !== "TLSv1.3")
    throw new TypeError('upstream: tls: minVersion: expected "TLSv1.2" or "TLSv1.3"');
  if (serverName !== undefined && !(isHost(serverName) && isIP(serverName) === 0))
    throw new TypeError("upstream: tls: serverName: expected a name");
  const { serverName: _name, ...options } = tls;
  const policy = { ...options, role: "client", ALPNProtocols: ["h2", "http/1.1"] };
  const [finding] = checkPolicy(policy).findings;
  if (finding === undefined) return;
  const { field, value, reason, code } = finding;
  throw new TypeError(`upstream: tls: ${field}: ${value}: ${reason} (${code})`);
}

function copyOf(tls: TlsSettings): TlsSettings {
  const { ca, cert, key } = tls;
  const copies: { -readonly [K in keyof TlsSettings]: TlsSettings[K] } = { ...tls };
  if (ca !== undefined) copies.ca = isList(ca) ? Object.freeze(ca.map(copied)) : copied(ca);
  if (cert !== undefined) copies.cert = copied(cert);
  if (key !== undefined) copies.key = copied(key);
  return copies;
}

function isList(ca: TlsMaterial | readonly TlsMaterial[]): ca is readonly TlsMaterial[] {
  return Array.isArray(ca);
}

function copied(material: TlsMaterial): TlsMaterial {
  return typeof material === "string" ? material : Uint8Array.from(material);
}

/** Keys and passphrases make the identity, but do not stand in it. */
function digest(tls: TlsSettings): string | null {
  if (Object.keys(tls).length === 0) return null;
  const hash = createHash("sha256");
  const add = (name: string, value: TlsMaterial | undefined): void => {
    if (value === undefined) return;
    const bytes = Buffer.from(value as string);
    hash.update(`${name} ${typeof value} ${bytes.length}\n`).update(bytes);
  };
  const { ca } = tls;
  if (ca !== undefined) {
    const list = isList(ca) ? ca : [ca];
    hash.update(`ca ${list.length}\n`);
    for (const one of list) add("ca", one);
  }
  add("cert", tls.cert);
  add("key", tls.key);
  add("passphrase", tls.passphrase);
  add("serverName", tls.serverName);
  add("minVersion", tls.minVersion);
  return hash.digest("hex");
}

// The socket to an upstream, as its identity says and nothing else.

import { limits as tlsLimits, tlsPolicy } from "@wirewall/tls";
import { refusal } from "@wirewall/tls/node";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { ClientCode } from "./errors.js";
import type { HttpProtocol, Identity, TlsMaterial } from "./identity.js";

/** Opens a socket to an upstream; `ready` is called when HTTP may be spoken. */
export type Dial = (identity: Identity, ready: () => void) => Socket;

/** Opens it; `ready` is called when HTTP may be spoken. `lookup` is asked for the addresses of a name. */
export function openSocket(identity: Identity, ready: () => void, lookup?: LookupFunction): Socket {
  const { host, port, path, localAddress } = identity;
  const target = {
    host,
    allowHalfOpen: true,
    ...(lookup === undefined ? undefined : { lookup }),
    ...(path === undefined ? { port, noDelay: true } : { path }),
    ...(localAddress === undefined ? undefined : { localAddress }),
  };
  if (identity.scheme === "http") return connect(target, ready);
  const name = identity.tls.serverName ?? host;
  return connectTls(
    {
      ...target,
      secureContext: contextOf(identity),
      ALPNProtocols: identity.protocol === undefined ? ["h2", "http/1.1"] : [identity.protocol],
      rejectUnauthorized: true,
      // From the structure of the certificate, and never its common name (RFC 9525 §6).
      checkServerIdentity: (_host, certificate) => refusal(name, certificate, JUDGED),
      ...(isIP(name) === 0 ? { servername: name } : undefined),
    },
    ready,
  );
}

/**
 * What is spoken on a socket that is ready (RFC 9113 §3): what ALPN chose, or HTTP/1.1 for a peer
 * without ALPN; undefined if the upstream is to speak HTTP/2 and did not choose it.
 */
export function negotiatedProtocol(identity: Identity, socket: Socket): HttpProtocol | undefined {
  if (identity.scheme === "http") return identity.protocol ?? "http/1.1";
  const chosen = (socket as TLSSocket).alpnProtocol === "h2" ? "h2" : "http/1.1";
  return identity.protocol === "h2" && chosen !== "h2" ? undefined : chosen;
}

/** What the failure of a socket that was not ready yet is called. */
export function codeOfConnectError(error: unknown, encrypted: boolean): ClientCode {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  switch (code) {
    case "ECONNREFUSED":
    case "ENOENT":
      return "client.connect.refused";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "client.connect.unresolved";
    case "ETIMEDOUT":
      return "client.connect.timeout";
    default:
      return encrypted && syscall !== "connect" ? "client.connect.tls" : "client.connect.failed";
  }
}

/** Suites and groups without any that HTTP/2 prohibits (RFC 9113 Appendix A). */
const POLICY = /* @__PURE__ */ tlsPolicy({
  role: "client",
  ALPNProtocols: ["h2", "http/1.1"],
});
const JUDGED = { pins: [], limits: /* @__PURE__ */ tlsLimits.resolve() };

/** Trust stores are large: one context serves all connections of an identity. */
const contexts = /* @__PURE__ */ new WeakMap<Identity, SecureContext>();

function contextOf(identity: Identity): SecureContext {
  let context = contexts.get(identity);
  if (context === undefined) {
    const { ca, cert, key, passphrase, minVersion } = identity.tls;
    context = createSecureContext({
      minVersion: minVersion ?? "TLSv1.2",
      ciphers: POLICY.ciphers,
      ecdhCurve: POLICY.groups,
      ...(ca === undefined ? undefined : { ca: [ca].flat().map(bufferOf) }),
      ...(cert === undefined ? undefined : { cert: bufferOf(cert) }),
      ...(key === undefined ? undefined : { key: bufferOf(key) }),
      ...(passphrase === undefined ? undefined : { passphrase }),
    });
    contexts.set(identity, context);
  }
  return context;
}

function bufferOf(material: TlsMaterial): string | Buffer {
  return typeof material === "string" ? material : Buffer.from(material);
}

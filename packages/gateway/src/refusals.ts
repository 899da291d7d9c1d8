// What a gateway refuses although it is well-formed HTTP, and what it says when an upstream fails.
// A client learns a code and nothing else.

import type { ClientError } from "@wirewall/client";

export type GatewayCode = keyof typeof REFUSALS;

/** Status and reason of each refusal. */
const REFUSALS = {
  "gateway.method.connect": { status: 501, summary: "CONNECT: this is no proxy" },
  "gateway.method.trace": {
    status: 501,
    summary: "TRACE: it would show the client what was added for the upstream",
  },
  "gateway.hops": { status: 508, summary: "more entries in Via than maxHopCount" },
  "gateway.max-forwards": { status: 400, summary: "Max-Forwards is not one plain number" },
  "gateway.connection": { status: 400, summary: "Connection is not a list of tokens" },
  "gateway.request": {
    status: 400,
    summary: "fields that no request may have twice, or too many with what is added",
  },
} as const;

export const gatewayCodes: readonly GatewayCode[] = /* @__PURE__ */ Object.freeze(
  Object.keys(REFUSALS) as GatewayCode[],
);

export function statusOf(code: GatewayCode): number {
  return REFUSALS[code].status;
}

/** The status for a failed upstream (RFC 9110 §15.6.3 to §15.6.5). */
export function statusOfFailure(error: ClientError): number {
  switch (error.code) {
    case "client.connect.timeout":
    case "client.response.timeout":
    case "client.request.timeout":
      return 504;
    case "client.request.refused":
    case "client.pool.exhausted":
    case "client.pool.timeout":
    case "client.pool.closed":
      return 503;
    default:
      return 502;
  }
}

/** The code that names a failure most closely. */
export function codeOfFailure(error: ClientError): string {
  return error.violation?.code ?? error.code;
}

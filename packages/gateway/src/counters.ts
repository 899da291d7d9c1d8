// What a gateway counts. Every label is a code of a table or a class of statuses: no input makes a
// new one.

import type { ConnectionInfo, Exchange } from "@wirewall/server";

export type ResponseClass = "2xx" | "3xx" | "4xx" | "5xx";

/** A version of HTTP. */
export type Protocol = "http/1.0" | "http/1.1" | "h2";

/** A snapshot. */
export interface GatewayCounters {
  /** Requests that passed the decoder. */
  readonly requests: number;
  /** The same by the version of HTTP that they came in. */
  readonly requestsByProtocol: ReadonlyMap<Protocol, number>;
  /** Connections with a request, by the version of the first. */
  readonly connectionsByProtocol: ReadonlyMap<Protocol, number>;
  /** Requests whose response has not ended, tunnels not counted. */
  readonly liveRequests: number;
  readonly tunnels: number;
  readonly liveTunnels: number;
  /** Final responses by class, those of the gateway itself included. */
  readonly responses: ReadonlyMap<ResponseClass, number>;
  /** Requests that the client left, or that were cut off with it. */
  readonly aborted: number;
  /** Responses that broke off after their head was passed on. */
  readonly truncated: number;
  /** Connections that clients left open without a request for too long. */
  readonly idleClosed: number;
  /** Refused input by code: of http1 and http2, and of this gateway. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Failures of the upstream by code. */
  readonly upstreamErrors: ReadonlyMap<string, number>;
  /** Content that was passed on. */
  readonly requestContentBytes: number;
  readonly responseContentBytes: number;
}

export class Counters implements GatewayCounters {
  requests = 0;
  liveRequests = 0;
  tunnels = 0;
  liveTunnels = 0;
  aborted = 0;
  truncated = 0;
  idleClosed = 0;
  requestContentBytes = 0;
  responseContentBytes = 0;
  readonly responses: Map<ResponseClass, number> = new Map([
    ["2xx", 0],
    ["3xx", 0],
    ["4xx", 0],
    ["5xx", 0],
  ]);
  readonly requestsByProtocol: Map<Protocol, number> = none();
  readonly connectionsByProtocol: Map<Protocol, number> = none();
  readonly refusals: Map<string, number> = new Map();
  readonly upstreamErrors: Map<string, number> = new Map();

  readonly #seen: WeakSet<ConnectionInfo> = new WeakSet();

  began({ head, info }: Exchange): void {
    const protocol = PROTOCOLS[head.version];
    this.requests++;
    this.liveRequests++;
    increment(this.requestsByProtocol, protocol);
    if (this.#seen.has(info)) return;
    this.#seen.add(info);
    increment(this.connectionsByProtocol, protocol);
  }

  responded(status: number): void {
    const group = status < 300 ? "2xx" : status < 400 ? "3xx" : status < 500 ? "4xx" : "5xx";
    increment(this.responses, group);
  }

  /** That a client asks for nothing more is no refusal. */
  refused(code: string): void {
    if (code === "http1.timeout.idle" || code === "http2.timeout.idle") this.idleClosed++;
    else increment(this.refusals, code);
  }

  upstreamFailed(code: string): void {
    increment(this.upstreamErrors, code);
  }
}

const PROTOCOLS = { "1.0": "http/1.0", "1.1": "http/1.1", "2": "h2" } as const;

function none(): Map<Protocol, number> {
  return new Map(Object.values(PROTOCOLS).map((protocol) => [protocol, 0]));
}

function increment<Label>(counts: Map<Label, number>, label: Label): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}

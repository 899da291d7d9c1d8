// What a server counts. Violations are counted by code: once for each connection that ended by one,
// and in HTTP/2 once for each stream that did.

/** A snapshot of a server's counters. */
export interface ServerCounters {
  /** Connections that were accepted. */
  readonly accepted: number;
  /** Connections over maxConnectionCount, closed at once. */
  readonly dropped: number;
  /** Requests whose head was read. */
  readonly requests: number;
  /** Exchanges that the client left, or that were cut off, before their response had ended. */
  readonly aborted: number;
  /** Handlers that threw, rejected, answered wrongly, or broke off a content they were sending. */
  readonly handlerErrors: number;
  readonly acceptErrors: number;
  /** TLS handshakes that failed or took too long. */
  readonly handshakeErrors: number;
  /** Refusals by code. */
  readonly violations: ReadonlyMap<string, number>;
}

export class Counters implements ServerCounters {
  accepted = 0;
  dropped = 0;
  requests = 0;
  aborted = 0;
  handlerErrors = 0;
  acceptErrors = 0;
  handshakeErrors = 0;
  readonly violations: Map<string, number> = new Map();

  violated(code: string): void {
    this.violations.set(code, (this.violations.get(code) ?? 0) + 1);
  }
}

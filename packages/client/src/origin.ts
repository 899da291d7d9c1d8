// The connections of one identity, and the calls that wait for one. The connection used last is
// used first, so that those that are not needed grow old and close. Waiting is first come, first
// served, bounded in number and in time.
//
// As long as it is not known that the upstream speaks HTTP/1.1, one connection is opened at a time:
// over HTTP/2 the first may take all calls, and another is opened only when all streams of those
// that there are have been taken.

import type { Clock } from "@wirewall/host";
import type { Socket } from "node:net";
import type { Call, CallPlace } from "./call.js";
import type { ConnectionOwner } from "./connection-owner.js";
import { increment, type Counters } from "./counters.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import { ClientError, type ClientCode } from "./errors.js";
import { Http1Upstream } from "./http1-upstream.js";
import { Http2Upstream } from "./http2-upstream.js";
import type { HttpProtocol, Identity } from "./identity.js";
import type { ClientLimits } from "./limits.js";
import type { Dial } from "./open-socket.js";
import { Opening, type OpeningOwner } from "./opening.js";
import type { UpstreamConnection } from "./upstream-connection.js";

/** What all origins of a pool share. */
export interface OriginHost {
  readonly http1: ConnectionOwner["http1"];
  readonly http2: ConnectionOwner["http2"];
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly dial: Dial;
  readonly counters: Counters;
  soon(connection: UpstreamConnection): void;
  /** Nothing is open here, and nothing waits. */
  empty(origin: Origin): void;
}

export class Origin implements ConnectionOwner, OpeningOwner, CallPlace, Timed {
  readonly identity: Identity;
  readonly http1: ConnectionOwner["http1"];
  readonly http2: ConnectionOwner["http2"];
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly dial: Dial;
  readonly #host: OriginHost;
  readonly #openings: Set<Opening> = new Set();
  readonly #connections: Set<UpstreamConnection> = new Set();
  /** Those that finish what they have, and take nothing more. */
  readonly #retired: Set<UpstreamConnection> = new Set();
  /** Those that may be given a call, the one used last at the end. */
  readonly #available: UpstreamConnection[] = [];
  readonly #waiting: Set<Call> = new Set();
  readonly #timer: DeadlineTimer;
  /** What is spoken, as far as that is known. */
  #protocol: HttpProtocol | undefined;
  #shut = false;

  constructor(identity: Identity, host: OriginHost) {
    this.identity = identity;
    this.#host = host;
    this.http1 = host.http1;
    this.http2 = host.http2;
    this.limits = host.limits;
    this.clock = host.clock;
    this.dial = host.dial;
    this.#timer = new DeadlineTimer(this);
    this.#protocol = identity.protocol ?? (identity.scheme === "http" ? "http/1.1" : undefined);
  }

  get connectionCount(): number {
    return this.#openings.size + this.#connections.size + this.#retired.size;
  }

  /** Connections without a call. */
  get idleCount(): number {
    let count = 0;
    for (const { callCount } of this.#available) if (callCount === 0) count++;
    return count;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  get deadline(): number | undefined {
    const [first] = this.#waiting;
    return first?.waitsUntil;
  }

  expire(now: number): void {
    for (const call of this.#waiting) {
      if (call.waitsUntil > now) break;
      this.cancel(call);
      this.fail(call, new ClientError("client.pool.timeout"));
    }
    this.#settle();
  }

  dispatch(call: Call): void {
    const connection = this.#available.at(-1);
    if (connection !== undefined) this.#give(connection, call);
    else if (this.#mayOpen) this.#open(call);
    else if (this.#waiting.size >= this.limits.maxWaitingCount)
      this.fail(call, new ClientError("client.pool.exhausted"));
    else this.#wait(call);
  }

  opened(opening: Opening, socket: Socket, protocol: HttpProtocol, call: Call): void {
    this.#openings.delete(opening);
    this.#protocol = protocol;
    increment(this.#host.counters.protocols, protocol);
    const connection =
      protocol === "h2"
        ? new Http2Upstream(socket, this.identity.scheme, this)
        : new Http1Upstream(socket, this);
    this.#connections.add(connection);
    connection.start(call);
    if (connection.free) this.free(connection);
    this.#openMore();
  }

  notOpened(opening: Opening, code: ClientCode): void {
    increment(this.#host.counters.poisoned, code);
    this.#openings.delete(opening);
    this.#openMore();
    this.#settle();
  }

  free(connection: UpstreamConnection): void {
    if (this.#retired.has(connection)) return;
    while (connection.free) {
      const next = this.#nextWaiting();
      if (next === undefined) break;
      this.#give(connection, next);
    }
    if (!connection.free) return this.#openMore();
    if (this.#shut && connection.callCount === 0) connection.destroy("client.pool.closed");
    else if (!connection.listed) {
      connection.listed = true;
      this.#available.push(connection);
    }
  }

  retired(connection: UpstreamConnection): void {
    this.#unlist(connection);
    if (!this.#connections.delete(connection)) return;
    this.#retired.add(connection);
    this.#openMore();
  }

  gone(connection: UpstreamConnection, code: string | undefined): void {
    if (code !== undefined) increment(this.#host.counters.poisoned, code);
    this.#unlist(connection);
    this.#connections.delete(connection);
    this.#retired.delete(connection);
    this.#openMore();
    this.#settle();
  }

  /** It goes before all that wait, on a new connection if there may be one. */
  again(call: Call): void {
    if (call.retried) this.#host.counters.retried++;
    if (this.#protocol !== "h2" && this.#mayOpen) this.#open(call);
    else this.dispatch(call);
  }

  fail(call: Call, error: ClientError): void {
    const { counters } = this.#host;
    increment(counters.errors, error.violation?.code ?? error.code);
    try {
      call.handler.onError(error, call);
    } catch (cause) {
      this.callbackFailed(cause);
    }
  }

  callbackFailed(_cause: unknown): void {
    this.#host.counters.callbackErrors++;
  }

  soon(connection: UpstreamConnection): void {
    this.#host.soon(connection);
  }

  write(): boolean {
    return false;
  }

  end(): void {}

  resumed(): void {}

  cancel(call: Call): void {
    this.#waiting.delete(call);
    call.place = undefined;
    this.#settle();
  }

  /** Ends what is idle and fails what waits; what runs goes on. */
  shut(): void {
    this.#shut = true;
    const idle = this.#available.filter(({ callCount }) => callCount === 0);
    for (const connection of idle) connection.destroy("client.pool.closed");
    for (const call of this.#waiting) {
      this.cancel(call);
      this.fail(call, new ClientError("client.pool.closed"));
    }
  }

  destroy(code: ClientCode): void {
    this.shut();
    for (const ending of [...this.#openings, ...this.#connections, ...this.#retired])
      ending.destroy(code);
  }

  #give(connection: UpstreamConnection, call: Call): void {
    this.#host.counters.reused++;
    connection.assign(call);
    if (!connection.free) this.#unlist(connection);
  }

  #unlist(connection: UpstreamConnection): void {
    if (!connection.listed) return;
    connection.listed = false;
    this.#available.splice(this.#available.lastIndexOf(connection), 1);
  }

  #open(call: Call): void {
    this.#host.counters.opened++;
    try {
      this.#openings.add(new Opening(this.identity, this, call));
    } catch (cause) {
      // Certificates that are none, or a key that does not fit: the caller's own settings.
      call.place = undefined;
      this.fail(call, new ClientError("client.connect.tls", { cause }));
      this.#settle();
    }
  }

  #openMore(): void {
    while (this.#mayOpen) {
      const next = this.#nextWaiting();
      if (next === undefined) return;
      this.#open(next);
    }
  }

  #wait(call: Call): void {
    const now = this.clock.now();
    call.place = this;
    call.waitsUntil = now + this.limits.waitTimeoutMs;
    this.#waiting.add(call);
    this.#timer.check(now);
  }

  #nextWaiting(): Call | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first);
    return first;
  }

  get #mayOpen(): boolean {
    const { maxConnectionsPerOriginCount, maxHttp2ConnectionsPerOriginCount } = this.limits;
    if (this.#protocol === "http/1.1")
      return this.#openings.size + this.#connections.size < maxConnectionsPerOriginCount;
    if (this.#openings.size > 0 || this.#connections.size >= maxHttp2ConnectionsPerOriginCount)
      return false;
    for (const { ready } of this.#connections) if (!ready) return false;
    return true;
  }

  #settle(): void {
    if (this.connectionCount > 0 || this.#waiting.size > 0) return;
    this.#timer.stop();
    this.#host.empty(this);
  }
}

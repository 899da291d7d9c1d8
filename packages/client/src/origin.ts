// The connections of one identity, and the calls that wait for one. The connection used last is
// used first, so that those that are not needed grow old and close. Waiting is first come, first
// served, bounded in number and in time.

import type { Http1Options } from "@wirewall/http1";
import type { Call, CallPlace } from "./call.js";
import type { ConnectionOwner } from "./connection-owner.js";
import { increment, type Counters } from "./counters.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import { ClientError, type ClientCode } from "./errors.js";
import type { Identity } from "./identity.js";
import type { ClientLimits } from "./limits.js";
import { UpstreamConnection } from "./upstream-connection.js";

/** What all origins of a pool share. */
export interface OriginHost {
  readonly machine: Http1Options;
  readonly limits: ClientLimits;
  readonly counters: Counters;
  soon(connection: UpstreamConnection): void;
  /** Nothing is open here, and nothing waits. */
  empty(origin: Origin): void;
}

export class Origin implements ConnectionOwner, CallPlace, Timed {
  readonly identity: Identity;
  readonly machine: Http1Options;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly pauseTimeoutMs: number;
  readonly #host: OriginHost;
  readonly #connections: Set<UpstreamConnection> = new Set();
  readonly #idle: UpstreamConnection[] = [];
  readonly #waiting: Set<Call> = new Set();
  readonly #timer: DeadlineTimer = new DeadlineTimer(this);

  constructor(identity: Identity, host: OriginHost) {
    this.identity = identity;
    this.#host = host;
    this.machine = host.machine;
    this.connectTimeoutMs = host.limits.connectTimeoutMs;
    this.idleTimeoutMs = host.limits.idleTimeoutMs;
    this.pauseTimeoutMs = host.limits.pauseTimeoutMs;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get idleCount(): number {
    return this.#idle.length;
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
    const connection = this.#idle.pop();
    if (connection !== undefined) {
      this.#host.counters.reused++;
      connection.assign(call);
    } else if (this.#hasRoom()) this.#open(call);
    else if (this.#waiting.size >= this.#host.limits.maxWaitingCount)
      this.fail(call, new ClientError("client.pool.exhausted"));
    else this.#wait(call);
  }

  free(connection: UpstreamConnection): void {
    const next = this.#nextWaiting();
    if (next === undefined) this.#idle.push(connection);
    else {
      this.#host.counters.reused++;
      connection.assign(next);
    }
  }

  gone(connection: UpstreamConnection, code: string | undefined): void {
    if (code !== undefined) increment(this.#host.counters.poisoned, code);
    this.#connections.delete(connection);
    const place = this.#idle.lastIndexOf(connection);
    if (place !== -1) this.#idle.splice(place, 1);
    if (this.#hasRoom()) {
      const next = this.#nextWaiting();
      if (next !== undefined) this.#open(next);
    }
    this.#settle();
  }

  /** It goes before all that wait, on a new connection if there may be one. */
  again(call: Call): void {
    if (call.retried) this.#host.counters.retried++;
    if (this.#hasRoom()) this.#open(call);
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
    for (let last = this.#idle.at(-1); last !== undefined; last = this.#idle.at(-1))
      last.destroy("client.pool.closed");
    for (const call of this.#waiting) {
      this.cancel(call);
      this.fail(call, new ClientError("client.pool.closed"));
    }
  }

  destroy(code: ClientCode): void {
    this.shut();
    for (const connection of this.#connections) connection.destroy(code);
  }

  #open(call: Call): void {
    this.#host.counters.opened++;
    try {
      this.#connections.add(new UpstreamConnection(this.identity, this, call));
    } catch (cause) {
      // Certificates that are none, or a key that does not fit: the caller's own settings.
      call.place = undefined;
      this.fail(call, new ClientError("client.connect.tls", { cause }));
      this.#settle();
    }
  }

  #wait(call: Call): void {
    const now = performance.now();
    call.place = this;
    call.waitsUntil = now + this.#host.limits.waitTimeoutMs;
    this.#waiting.add(call);
    this.#timer.check(now);
  }

  #nextWaiting(): Call | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first);
    return first;
  }

  #hasRoom(): boolean {
    return this.#connections.size < this.#host.limits.maxConnectionsPerOriginCount;
  }

  #settle(): void {
    if (this.#connections.size > 0 || this.#waiting.size > 0) return;
    this.#timer.stop();
    this.#host.empty(this);
  }
}

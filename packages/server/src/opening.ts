// A connection whose protocol is not known yet. On cleartext the first bytes say it: what begins as
// the preface of HTTP/2 does (RFC 9113 §3.3, §3.4) is HTTP/2 once the preface is whole, and at the
// first byte that differs it is HTTP/1.1, which then reads all of them. Over TLS both sides have
// agreed by ALPN before.

import { PREFACE } from "@wirewall/http2";
import type { Scope } from "@wirewall/runtime";
import type { Socket } from "node:net";
import type { Clock } from "@wirewall/host";
import type { ConnectionHost, LiveConnection } from "./connection-host.js";
import { ConnectionInfo } from "./connection-info.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import { disown, own, type SocketOwner } from "./socket-owner.js";

/** What the first bytes decide: by which protocol they are read, from when the socket was accepted. */
export type Decide = (opening: Opening, isHttp2: boolean, openedAt: number) => Speaking;

/** A connection that was made for a socket, and takes what it has said so far. */
export type Speaking = LiveConnection & SocketOwner;

export class Opening implements Timed, LiveConnection, SocketOwner {
  readonly socket: Socket;
  readonly info: ConnectionInfo;
  readonly #decide: Decide;
  readonly #timer: DeadlineTimer;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly #openedAt: number;
  /** Until when the preface has to be whole, or anything to be said at all. */
  #until: number;
  readonly #prefaceTimeoutMs: number;
  /** Bytes of the preface that have come. */
  #seen = 0;
  #ended = false;
  #decided = false;

  constructor(
    socket: Socket,
    host: ConnectionHost,
    timeouts: { readonly headTimeoutMs: number; readonly prefaceTimeoutMs: number },
    decide: Decide,
  ) {
    this.socket = socket;
    this.clock = host.clock;
    this.scope = host.scope;
    this.#openedAt = host.clock.now();
    this.info = new ConnectionInfo(socket, host.encrypted);
    this.#decide = decide;
    this.#prefaceTimeoutMs = timeouts.prefaceTimeoutMs;
    this.#until = this.#openedAt + timeouts.headTimeoutMs;
    this.#timer = new DeadlineTimer(this);
    own(socket, this);
    this.#timer.follow(this.#until, this.#openedAt);
  }

  get deadline(): number | undefined {
    return this.#decided ? undefined : this.#until;
  }

  /** Silence is answered as in HTTP/1.1; half a preface is no request of any protocol. */
  expire(): void {
    const connection = this.#speak(this.#seen > 0);
    if (this.#seen > 0) connection.received(PREFACE.slice(0, this.#seen));
  }

  shutdown(): void {
    this.#speak(false).shutdown();
  }

  destroy(): void {
    this.socket.destroy();
  }

  received(chunk: Uint8Array): void {
    const { length } = PREFACE;
    let at = 0;
    while (at < chunk.length && this.#seen < length && chunk[at] === PREFACE[this.#seen]) {
      at++;
      this.#seen++;
    }
    const isHttp2 = this.#seen === length;
    if (!isHttp2 && at === chunk.length) {
      this.#until = Math.min(this.#until, this.#openedAt + this.#prefaceTimeoutMs);
      this.#timer.follow(this.#until, this.clock.now());
      return;
    }
    // What came before this chunk was, byte by byte, that of the preface.
    const before = this.#seen - at;
    const connection = this.#speak(isHttp2);
    if (before > 0) connection.received(PREFACE.slice(0, before));
    connection.received(chunk);
  }

  ended(): void {
    this.#ended = true;
    this.#speak(false);
  }

  closed(): void {
    this.#speak(false).closed();
  }

  #speak(isHttp2: boolean): Speaking {
    this.#decided = true;
    this.#timer.stop();
    disown(this.socket);
    const connection = this.#decide(this, isHttp2, this.#openedAt);
    if (!this.#ended) return connection;
    if (this.#seen > 0) connection.received(PREFACE.slice(0, this.#seen));
    connection.ended();
    return connection;
  }
}

// A connection that is not open yet: dials, and hands the socket on with the protocol that both
// sides agreed on. It has the one call that it is opened for; if it fails, that call fails.

import { AuthorityError } from "@wirewall/authority";
import type { Clock } from "@wirewall/host";
import type { Socket } from "node:net";
import type { Call, CallPlace } from "./call.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import { ClientError, type ClientCode } from "./errors.js";
import type { HttpProtocol, Identity } from "./identity.js";
import { codeOfConnectError, negotiatedProtocol, type Dial } from "./open-socket.js";
import { listen, type SocketEvents } from "./socket-events.js";

/** What an opening tells the pool. */
export interface OpeningOwner {
  readonly limits: { readonly connectTimeoutMs: number };
  readonly clock: Clock;
  readonly dial: Dial;
  opened(opening: Opening, socket: Socket, protocol: HttpProtocol, call: Call): void;
  /** Nothing came of it. */
  notOpened(opening: Opening, code: ClientCode): void;
  fail(call: Call, error: ClientError): void;
}

export class Opening implements Timed, CallPlace, SocketEvents {
  readonly clock: Clock;
  readonly deadline: number;
  readonly #identity: Identity;
  readonly #owner: OpeningOwner;
  readonly #timer: DeadlineTimer;
  readonly #socket: Socket;
  /** Undefined once it is over. */
  #call: Call | undefined;

  /** @throws what Node throws for certificates that are none, or a key that does not fit. */
  constructor(identity: Identity, owner: OpeningOwner, call: Call) {
    this.clock = owner.clock;
    const now = owner.clock.now();
    this.#identity = identity;
    this.#owner = owner;
    this.#call = call;
    call.place = this;
    this.deadline = now + owner.limits.connectTimeoutMs;
    this.#timer = new DeadlineTimer(this);
    this.#socket = owner.dial(identity, () => this.#ready());
    listen(this.#socket, this);
    this.#timer.check(now);
  }

  expire(): void {
    this.destroy("client.connect.timeout");
  }

  destroy(code: ClientCode, cause?: AuthorityError): void {
    const call = this.#call;
    if (call === undefined) return;
    this.#leave(call, code);
    this.#owner.fail(call, new ClientError(code, { cause }));
  }

  write(): boolean {
    return false;
  }

  end(): void {}

  resumed(): void {}

  cancel(call: Call): void {
    this.#leave(call, "client.aborted");
  }

  received(): void {}

  ended(): void {
    this.closed();
  }

  broke(error: unknown): void {
    if (error instanceof AuthorityError) return this.destroy("client.connect.denied", error);
    this.destroy(codeOfConnectError(error, this.#identity.scheme === "https"));
  }

  closed(): void {
    const encrypted = this.#identity.scheme === "https";
    this.destroy(encrypted ? "client.connect.tls" : "client.connect.failed");
  }

  #ready(): void {
    const call = this.#call;
    if (call === undefined) return;
    const protocol = negotiatedProtocol(this.#identity, this.#socket);
    if (protocol === undefined) return this.destroy("client.connect.protocol");
    this.#call = undefined;
    this.#timer.stop();
    this.#owner.opened(this, this.#socket, protocol, call);
  }

  #leave(call: Call, code: ClientCode): void {
    this.#call = undefined;
    call.place = undefined;
    this.#timer.stop();
    this.#socket.destroy();
    this.#owner.notOpened(this, code);
  }
}

// What handlers and callers of serve() meet. No error repeats anything that a peer sent.

/** Why an exchange was cut off before its response had ended. */
export type AbortCause =
  "client-gone" | "client-ended" | "violation" | "shutdown" | "response-failed";

const CAUSES: { readonly [K in AbortCause]: string } = {
  "client-gone": "the client closed the connection",
  "client-ended": "the client sends no more, and has probably gone",
  violation: "the client broke the protocol or a limit",
  shutdown: "the server was closed",
  "response-failed": "the response could not be completed",
};

/** The reason of an exchange's signal, and what pending reads and writes of it are rejected with. */
export class ExchangeAborted extends Error {
  /** As the errors of aborted Web operations are called. */
  override readonly name: string = "AbortError";
  readonly code: string = "server.aborted";
  readonly why: AbortCause;

  constructor(why: AbortCause) {
    super(`exchange aborted: ${CAUSES[why]}`);
    this.why = why;
  }
}

/** What a handler did that it may not do; reported to `onError`. */
export class HandlerError extends Error {
  override readonly name: string = "HandlerError";
  readonly code: string = "server.handler";
}

/** A content that was being collected would have exceeded maxServerRetainedBytes: answered by 503. */
export class ServerFull extends Error {
  override readonly name: string = "ServerFull";
  readonly code: string = "server.full";

  constructor() {
    super("the server holds as much as maxServerRetainedBytes allows");
  }
}

/** An option of `serve` that is not what it has to be. */
export class ServeOptionError extends TypeError {
  override readonly name: string = "ServeOptionError";
  readonly code: string = "server.option";
  readonly option: string;
  readonly expected: string;
  readonly received: string;

  constructor(option: string, expected: string, received: string) {
    super(`serve: ${option}: expected ${expected}, got ${received}`);
    this.option = option;
    this.expected = expected;
    this.received = received;
  }
}

/** The address cannot be listened on. `code` is the system's (`EADDRINUSE`, `EACCES` …). */
export class ListenError extends Error {
  override readonly name: string = "ListenError";
  readonly code: string;
  readonly address: string;

  constructor(code: string, address: string, why: string, cause?: unknown) {
    super(`serve: cannot listen on ${address}: ${why}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.address = address;
  }
}

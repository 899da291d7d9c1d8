// What a connection asks of the pool that it belongs to.

import type { Clock } from "@wirewall/host";
import type { Http1Options } from "@wirewall/http1";
import type { Http2Options } from "@wirewall/http2";
import type { Call } from "./call.js";
import type { ClientError } from "./errors.js";
import type { ClientLimits } from "./limits.js";
import type { UpstreamConnection } from "./upstream-connection.js";

/** What the pool provides to its connections, and learns from them. */
export interface ConnectionOwner {
  readonly http1: Http1Options;
  readonly http2: Http2Options;
  readonly limits: ClientLimits;
  readonly clock: Clock;
  /** Calls `connection.begin` once everything that arrived in this turn of the loop was read. */
  soon(connection: UpstreamConnection): void;
  /** It may take another call. */
  free(connection: UpstreamConnection): void;
  /** It finishes what it has, and takes nothing more. */
  retired(connection: UpstreamConnection): void;
  /** It takes no call any more; `code` says what made it doubtful, if anything did. */
  gone(connection: UpstreamConnection, code: string | undefined): void;
  /** The call was not sent, or may be sent once more: it needs another connection. */
  again(call: Call): void;
  /** The call ends here, by that error. */
  fail(call: Call, error: ClientError): void;
  /** A callback threw when its call was over already. */
  callbackFailed(cause: unknown): void;
}

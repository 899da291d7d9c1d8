// What an origin asks of a connection that is open, whichever version of HTTP it speaks.

import type { Call } from "./call.js";
import type { ClientCode } from "./errors.js";

export interface UpstreamConnection {
  /** Calls that it was given and that are not over. */
  readonly callCount: number;
  /** It may be given another call now. */
  readonly free: boolean;
  /** The upstream has said how many calls it takes. */
  readonly ready: boolean;
  /** Kept by the origin: it stands among those that may be given a call. */
  listed: boolean;
  /** Takes the call with which the connection was opened, and sends it. */
  start(call: Call): void;
  /** Gives it a call. It is sent by `begin`, and may still move on until then. */
  assign(call: Call): void;
  /** Sends what was assigned. */
  begin(): void;
  /** Ends it, whatever it does. */
  destroy(code: ClientCode): void;
}

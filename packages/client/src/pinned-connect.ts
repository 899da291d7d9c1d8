// The same pinning for undici: its agents open a connection by a function, which this is.

import type { FetchGrant } from "@wirewall/authority";
import type { Socket } from "node:net";
import { identify } from "./identity.js";
import { pinnedDial } from "./pinned-dial.js";
import { systemResolver, type ResolveName } from "./resolve-name.js";

/** What undici says of a connection that it wants. */
export interface ConnectRequest {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
}

/** For `new Agent({ connect: pinnedConnect(grant) })`; HTTP/1.1 is spoken, and certificates are verified. */
export function pinnedConnect(
  grant: FetchGrant,
  resolve: ResolveName = systemResolver,
): (
  request: ConnectRequest,
  done: (...args: [error: null, socket: Socket] | [error: Error, socket: null]) => void,
) => void {
  const dial = pinnedDial(grant, resolve);
  return ({ hostname, protocol, port }, done) => {
    const scheme = protocol === "https:" ? "https" : "http";
    const host = hostname.replace(/^\[|\]$/g, "");
    const upstream = { scheme, host, protocol: "http/1.1" } as const;
    const identity = identify(port === "" ? upstream : { ...upstream, port: Number(port) });
    const failed = (error: Error): void => done(error, null);
    const socket = dial(identity, () => {
      socket.off("error", failed);
      done(null, socket);
    });
    socket.once("error", failed);
  };
}

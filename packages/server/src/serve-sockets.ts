// Serves sockets that somebody else has accepted, within a region of the runtime: a service of one's own,
// or the lab, where the network is a program.

import type { Cx } from "@wirewall/runtime";
import type { Socket } from "node:net";
import { clockOf } from "@wirewall/host";
import type { ServerCounters } from "./counters.js";
import { resolveOptions, type ServeOptions } from "./options.js";
import { ServerCore, type Acceptor } from "./server-core.js";

/** A server that is given its sockets. */
export interface SocketServer {
  readonly connectionCount: number;
  readonly counters: ServerCounters;
  /** Takes a socket, which is spoken on in one of `protocols`. */
  accept(socket: Socket): void;
  /** As that of `Server`. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
  readonly closed: Promise<void>;
}

/**
 * Its handlers are tasks in the region of `cx`, and its time is that of the host.
 *
 * @throws ServeOptionError for an option that is not what it has to be, or that is about listening.
 */
export function serveSockets(
  cx: Cx<"spawn" | "io">,
  options: Omit<ServeOptions, "port" | "host" | "path" | "tls" | "backlog" | "trace">,
): SocketServer {
  let isStopped = false;
  const acceptor: Acceptor = {
    authority: "localhost",
    get isClosed() {
      return isStopped;
    },
    stopAccepting: () => {
      isStopped = true;
      core.clock.soon(settle, core);
    },
    cut: () => {},
  };
  const resolved = resolveOptions(options);
  const core: ServerCore = new ServerCore(resolved, acceptor, cx.scope(), clockOf(cx.host()));
  return {
    get connectionCount() {
      return core.connectionCount;
    },
    counters: core.counters,
    accept: (socket) => core.accept(socket, undefined),
    close: (closing) => core.close(closing),
    closed: core.closed,
  };
}

function settle(core: ServerCore): void {
  core.settle();
}

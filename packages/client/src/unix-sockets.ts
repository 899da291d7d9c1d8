// Sockets with a path, for whoever was granted them.

import {
  AuthorityError,
  judgeUnixSocket,
  UnixSocketAuthority,
  type Denial,
  type UnixSocketGrant,
} from "@wirewall/authority";
import type { TraceSink } from "@wirewall/trace";
import { realpathSync } from "node:fs";
import { connect, type Socket } from "node:net";

/**
 * Connects to what a grant names, and to nothing that a link leads to. Who may write to the folder of a socket may put
 * another there: the path is granted, and not who listens.
 */
export function unixSockets(
  grant: UnixSocketGrant,
  trace?: TraceSink,
): UnixSocketAuthority<Socket> {
  return new UnixSocketAuthority(
    grant,
    (path) => {
      const denial = judgeResolved(grant, path);
      if (denial !== undefined) throw new AuthorityError(denial);
      return connect({ path });
    },
    trace,
  );
}

/** Of the path as it is, and as the system resolves it. */
export function judgeResolved(grant: UnixSocketGrant, path: string): Denial | undefined {
  return judgeUnixSocket(grant, path) ?? judgeUnixSocket(grant, path, resolvedOf(path));
}

/** What is not there leads nowhere: connecting will say so. */
function resolvedOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

// Sockets with a path, for whoever was granted them.

import {
  judgeUnixSocket,
  UnixSocketAuthority,
  type Denial,
  type UnixSocketGrant,
} from "@wirewall/authority";
import type { TraceSink } from "@wirewall/trace";
import { lstatSync, realpathSync } from "node:fs";
import { connect, type Socket } from "node:net";

/**
 * Connects to what a grant names, and to nothing that is a link when it is looked at. Who may write to the folder of a
 * socket may put another there, or a link in the moment between: such a folder must not be granted from.
 */
export function unixSockets(
  grant: UnixSocketGrant,
  trace?: TraceSink,
): UnixSocketAuthority<Socket> {
  return new UnixSocketAuthority(grant, {
    connect: (path) => connect({ path }),
    resolve: resolvedOf,
    ...(trace === undefined ? undefined : { trace }),
  });
}

/** Of the path as it is, and as the system resolves it. */
export function judgeResolved(grant: UnixSocketGrant, path: string): Denial | undefined {
  return judgeUnixSocket(grant, path) ?? judgeUnixSocket(grant, path, resolvedOf(path));
}

/** What is not there at all leads nowhere, and connecting will say so; a link to what is not there is one. */
function resolvedOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return isAbsent(path) ? path : "";
  }
}

function isAbsent(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

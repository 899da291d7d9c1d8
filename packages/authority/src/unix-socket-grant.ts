// The right to connect to sockets of this machine that have a path. It is its own grant: whoever may fetch from an origin
// may not therefore speak with the daemon of containers.

import { deny, type Denial } from "./denials.js";
import { descended, narrowList, readList, readOptions } from "./grant-options.js";

export interface UnixSocketGrantOptions {
  /** Absolute, without empty segments, `.` and `..`, as the system resolves them. */
  readonly paths?: readonly string[];
}

/** What `sun_path` holds beside its end, where it holds least (104 bytes on BSD and macOS, 108 on Linux). */
const MOST_PATH_BYTES = 103;
const SEGMENT = /^(?!\.{1,2}$)[^/]+$/;
const GENUINE = /* @__PURE__ */ new WeakSet<object>();

export class UnixSocketGrant {
  readonly paths: readonly string[];

  /** @throws TypeError or RangeError for an option that is not what it has to be. */
  constructor(options: UnixSocketGrantOptions = {}) {
    const known = readOptions("unix socket grant", options, ["paths"]);
    this.paths = readList("paths", known["paths"]);
    for (const path of this.paths)
      if (pathFault(path) !== undefined)
        throw new RangeError(`paths: expected absolute paths of at most ${MOST_PATH_BYTES} bytes`);
    Object.freeze(this);
    GENUINE.add(this);
  }

  static readonly none: UnixSocketGrant = /* @__PURE__ */ new UnixSocketGrant();

  /** @throws RangeError that names the field in which more is asked for than is held. */
  narrow(options: UnixSocketGrantOptions): UnixSocketGrant {
    const asked = new UnixSocketGrant(options);
    const paths = narrowList("paths", options.paths && asked.paths, this.paths);
    return descended(this, new UnixSocketGrant({ paths }));
  }
}

Object.freeze(UnixSocketGrant.prototype);

/**
 * @param resolved where the path leads by the links of the file system, if whoever connects knows that.
 * @throws TypeError for a grant that is none.
 */
export function judgeUnixSocket(
  grant: UnixSocketGrant,
  path: string,
  resolved: string = path,
): Denial | undefined {
  if (typeof grant !== "object" || !GENUINE.has(grant))
    throw new TypeError("grant: expected a UnixSocketGrant");
  const reason = pathFault(path);
  if (reason !== undefined) return deny("unix-socket", "InvalidPath", { reason });
  if (!grant.paths.includes(path)) return deny("unix-socket", "PathDenied");
  // A link leads where somebody else decides.
  return resolved === path ? undefined : deny("unix-socket", "PathDenied", { reason: "link" });
}

/** An abstract name of Linux begins with NUL, and has no owner in the file system. */
function pathFault(path: unknown): string | undefined {
  if (typeof path !== "string") return "not-text";
  if (path.includes("\0")) return "nul";
  if (!path.startsWith("/")) return "relative";
  if (new TextEncoder().encode(path).length > MOST_PATH_BYTES) return "too-long";
  return path
    .slice(1)
    .split("/")
    .every((segment) => SEGMENT.test(segment))
    ? undefined
    : "segment";
}

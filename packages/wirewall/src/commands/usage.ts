// The caller's mistakes end with one line on stderr and exit code 2.

/** What every command ends with. */
export const EXIT = {
  /** Done; everything was read. */
  ok: 0,
  /** `inspect`: the input was refused. */
  refused: 1,
  /** Wrong option, unreadable file, busy port: nothing was done. */
  usage: 2,
  /** A fault of ours, told with its stack. */
  fault: 70,
  /** Ended from outside while requests were open: 128 + the signal. */
  SIGINT: 130,
  SIGTERM: 143,
  /** The reader of stdout went away before the end: 128 + SIGPIPE, as a shell shows it. */
  outputGone: 141,
} as const;

/** A mistake of the caller. The message is one line: what is wrong and what was expected. */
export class UsageProblem extends Error {
  override readonly name: string = "UsageProblem";
}

/** The reason of a failed system call, in words where it is a common one. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== "string") return error instanceof Error ? error.message : "unknown error";
  return REASONS.get(code) ?? code;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file"],
  ["EACCES", "permission denied"],
  ["EPERM", "not permitted"],
  ["EISDIR", "it is a directory"],
  ["ENOTDIR", "a part of the path is not a directory"],
  ["EADDRINUSE", "already in use"],
  ["EADDRNOTAVAIL", "not an address of this machine"],
  ["ENOTFOUND", "the name does not resolve"],
  ["EAI_AGAIN", "the name does not resolve now"],
  ["EMFILE", "too many open files"],
  ["ENAMETOOLONG", "the path is too long"],
]);

// A Unix socket leaves its file behind when its server dies. Such a file is removed only after it
// was shown to be a socket that nobody answers on; everything else at that path is left alone.

import { lstat, unlink } from "node:fs/promises";
import { createConnection } from "node:net";
import { ListenError } from "./errors.js";

const PROBE_TIMEOUT_MS = 1_000;

/** @throws ListenError if a server answers there, or the path is taken by something else. */
export async function clearStaleSocket(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new ListenError(error.code ?? "EIO", path, "the path cannot be looked at", error);
  });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new ListenError("EEXIST", path, "there is a file that is not a socket");
  const answer = await probe(path);
  if (answer !== "ECONNREFUSED")
    throw new ListenError(
      answer === undefined ? "EADDRINUSE" : answer,
      path,
      answer === undefined ? "another server answers there" : "it is not known to be unused",
    );
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT")
      throw new ListenError(error.code ?? "EIO", path, "the stale socket cannot be removed", error);
  });
}

/** Undefined if somebody accepts, else the code of the failure. */
function probe(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    const done = (code: string | undefined): void => {
      socket.destroy();
      resolve(code);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => done("ETIMEDOUT"));
    socket.once("connect", () => done(undefined));
    socket.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? "EIO"));
  });
}

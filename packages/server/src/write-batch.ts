// One write per turn: pieces that are queued leave together, up to what a slow peer has to read
// before the stall timeout counts anew.

import type { Socket } from "node:net";

const BATCH_BYTES = 65_536;

/** What has output. */
export interface Talking {
  takeOutput(now: number): Uint8Array | undefined;
  /** The same where all of it is text of one character per byte. */
  takeText?(now: number): string | undefined;
}

/** Writes the next pieces; false if there were none. `written` is called when they have left. */
export function writeBatch(
  machine: Talking,
  socket: Socket,
  written: () => void,
  now: number,
): boolean {
  const text = machine.takeText?.(now);
  if (text !== undefined) {
    // Every character is a byte: machines write nothing that was not judged so.
    socket.write(text, "latin1", written);
    return true;
  }
  const first = machine.takeOutput(now);
  if (first === undefined) return false;
  let taken = first.length;
  const next = (): Uint8Array | undefined =>
    taken < BATCH_BYTES ? machine.takeOutput(now) : undefined;
  let piece = next();
  if (piece === undefined) {
    socket.write(first, written);
    return true;
  }
  socket.cork();
  socket.write(first);
  for (; piece !== undefined; piece = next()) {
    taken += piece.length;
    socket.write(piece, written);
  }
  socket.uncork();
  return true;
}

/** For the end of a turn: what was said in it leaves together. */
export function runDue(connection: { runDue(): void }): void {
  connection.runDue();
}

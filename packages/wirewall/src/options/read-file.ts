// A file that an option names, read whole and within a bound.

import { open } from "node:fs/promises";
import { systemReason, UsageProblem } from "../commands/usage.js";

/** @throws UsageProblem that names the option and the file. */
export async function readFileOf(option: string, path: string, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(maxBytes + 1);
  let length = 0;
  try {
    const file = await open(path);
    try {
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new UsageProblem(`${option} ${path}: cannot be read: ${systemReason(error)}`);
  }
  if (length > maxBytes)
    throw new UsageProblem(`${option} ${path}: expected at most ${maxBytes} bytes`);
  return buffer.subarray(0, length);
}

// Opening the address that was asked for, or the first free one from a default port on.

import { systemReason, UsageProblem } from "../commands/usage.js";
import { addressText, type ListenAddress } from "../options/address.js";

export const DEFAULT_PORT = 8_080;
export const DEFAULT_TLS_PORT = 8_443;
const TRIED_PORTS = 100;

/**
 * Opens a named address, or the first free port from `firstPort` on if none is named.
 *
 * @throws UsageProblem if a named address cannot be had, or no port is free.
 */
export async function listen<Opened>(
  option: string,
  named: ListenAddress | undefined,
  open: (address: ListenAddress) => Promise<Opened>,
  firstPort: number = DEFAULT_PORT,
): Promise<Opened> {
  if (named !== undefined) {
    try {
      return await open(named);
    } catch (error) {
      throw refused(option, named, error);
    }
  }
  for (let port = firstPort; ; port++) {
    const address: ListenAddress = { kind: "tcp", host: "127.0.0.1", port };
    try {
      return await open(address);
    } catch (error) {
      const last = port === firstPort + TRIED_PORTS - 1;
      if (last || !isBusy(error)) throw refused(option, address, error);
    }
  }
}

function refused(option: string, address: ListenAddress, error: unknown): unknown {
  if (typeof (error as NodeJS.ErrnoException).code !== "string") return error;
  const hint = !isBusy(error)
    ? "expected an address of this machine that may be opened"
    : address.kind === "unix"
      ? "expected a path that does not exist; a socket left by a process that died has to be removed"
      : "expected a free port";
  return new UsageProblem(`${option} ${addressText(address)}: ${systemReason(error)} (${hint})`);
}

function isBusy(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE";
}

// A guard that runs inside the test, and a client that sends any bytes.

import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { main } from "../src/commands/program.js";
import { TerminalDouble } from "./terminal-double.js";

export interface Guard {
  readonly terminal: TerminalDouble;
  readonly port: number;
  readonly url: string;
  /** What the line of that label says. */
  line(label: string): string;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number>;
}

/** Starts `wirewall guard` on a free port and ends it with the test. */
export async function startGuard(...argv: string[]): Promise<Guard> {
  const terminal = new TerminalDouble();
  const listen = argv.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
  const ended = main(["guard", ...listen, ...argv], terminal);
  onTestFinished(async () => {
    terminal.interrupt();
    terminal.interrupt();
    await ended;
  });
  const line = (label: string): string =>
    new RegExp(`^ {2}${label} +(.*)$`, "m").exec(terminal.outText)?.[1] ?? "";
  await Promise.race([
    until(() => line("try") !== ""),
    ended.then(() => {
      throw new Error(`the guard ended: ${terminal.errText}`);
    }),
  ]);
  const url = line("listening").split(" ")[0] ?? "";
  return { terminal, url, port: Number(/\d+$/.exec(url)?.[0]), line, ended };
}

/** Sends bytes and reads to the end of the connection. */
export function exchange(place: number | string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket =
      typeof place === "number" ? connect(place, "127.0.0.1") : connect({ path: place });
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
    socket.write(bytes, "latin1");
  });
}

/** Waits until something is true, and fails the test after five seconds. */
export async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error("it did not become true in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

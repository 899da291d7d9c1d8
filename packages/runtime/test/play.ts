// Runs a program on the virtual host, and says what became of it.

import { run, type Cx, type Outcome, type Region } from "@wirewall/runtime";
import { settle, virtualHost, type VirtualHost } from "./virtual-host.ts";

export async function play<T>(
  program: (cx: Cx, region: Region, host: VirtualHost) => Promise<T> | T,
  ms = 60_000,
): Promise<{ outcome: Outcome<T> | undefined; host: VirtualHost }> {
  const host = virtualHost();
  let outcome: Outcome<T> | undefined;
  void run(host, (cx, region) => program(cx, region, host)).then((value) => {
    outcome = value;
  });
  await host.pass(ms);
  await settle();
  return { outcome, host };
}

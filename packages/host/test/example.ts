import { nodeHost } from "@wirewall/host";
import { run, type Outcome } from "@wirewall/runtime";

/** Runs two tasks on Node; the failure of one stops the other before this returns. */
export function example(): Promise<Outcome<void>> {
  return run(nodeHost(), async (cx) => {
    cx.spawn((own) => own.sleep(60_000));
    cx.spawn((own) => own.fail("no"));
  });
}

// §15: what an inspector sees, and who waits for a shutdown.

import { Mutex } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

describe("row: R1 region.snapshot and drainProgress", () => {
  it("shows the tree: states, what is held, and what is waited for", async () => {
    const { outcome } = await play(async (cx) => {
      const mutex = new Mutex();
      const region = cx.region({ judged: true });
      region.spawn((own) => mutex.use(own, () => own.sleep(50)));
      region.spawn((own) =>
        own.withRegion({}, (inner) => void inner.spawn((leaf) => mutex.use(leaf, () => {}))),
      );
      await cx.sleep(1);
      const snapshot = region.snapshot();
      await region.close();
      return snapshot;
    });
    expect(outcome).toMatchObject({
      value: {
        id: "0.1.0",
        state: "open",
        obligations: 1,
        tasks: [
          { id: "0.1.0.1", state: "running", holds: [] },
          { id: "0.1.0.0", state: "running", holds: ["lockGuard"] },
        ],
        children: [{ tasks: [{ waitsFor: expect.stringMatching(/^lock:/), holds: [] }] }],
      },
    });
  });

  it("says how many are left, what they may still spend, and who is behind it", async () => {
    const { outcome } = await play(async (cx) => {
      const region = cx.region({ judged: true });
      region.spawn(async (own) => {
        try {
          await own.sleep(1_000);
        } finally {
          await own.mask(() => own.sleep(20));
        }
      });
      region.spawn((own) =>
        own.withRegion({}, (inner) => void inner.spawn((leaf) => leaf.sleep(1_000))),
      );
      await cx.sleep(1);
      const before = region.drainProgress();
      region.cancel();
      await cx.sleep(1);
      const during = region.drainProgress();
      await region.close();
      return [before, during, region.drainProgress()];
    });
    expect(outcome).toMatchObject({
      value: [
        { phase: "open", tasksLeft: 3, blocker: { id: "0.1.0.2.0" } },
        { phase: "open", tasksLeft: 1, cleanupPollsLeft: 1_000, blocker: { reason: "user" } },
        { phase: "closed", tasksLeft: 0, blocker: undefined },
      ],
    });
  });
});

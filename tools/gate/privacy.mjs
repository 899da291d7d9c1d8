// The privacy assertions over what the gate itself leaves behind: its manifest, a replay that runs, and no canary in any
// byte of it.

import { judgeArtifacts, judgeLifecycle } from "@wirewall/gate";
import { run } from "./tagged-tests.mjs";

export const LIFECYCLE = {
  schemaVersion: "wirewall-artifact-lifecycle-v1",
  environment: "ci",
  retentionDays: 30,
  redaction: { mode: "metadata_only", redactedFields: ["suite_log", "headers", "payload"] },
  storageRoots: ["/artifacts/gate/"],
  retrieval: { replayCommandRequired: true, commandTemplate: "npm run gate -- --only ID" },
  suites: [
    {
      name: "gate",
      artifactRoute: "/artifacts/gate/report.json",
      replayRoute: "/artifacts/gate/events.ndjson",
      replayCommand: "npm run gate -- --only SEC-BLOCK-02",
    },
  ],
};

/** Looks the same nowhere else, and was in the environment while the suites ran. */
export const CANARY = "gate-canary-6e1d0b";

/**
 * @param {{ root: string, artifacts: string, lifecycle: object, replay: boolean }} context
 * @returns {Promise<{ id: string, status: string, detail: string }[]>}
 */
export async function checkPrivacy({ root, artifacts, lifecycle, replay }) {
  const results = [...judgeLifecycle(lifecycle)];
  if (replay && results[5].status === "pass") {
    const code = await replayed(root, lifecycle.suites[0].replayCommand);
    if (code !== 0)
      results[5] = {
        id: "PRIV-06",
        status: "fail",
        detail: `the replay command ends with ${code}`,
      };
  }
  return [...results, judgeArtifacts([artifacts], CANARY)];
}

/** As whoever reads the record would: through a shell, from the root. */
async function replayed(root, command) {
  const env = { ...process.env, WIREWALL_GATE_REPLAY: "1" };
  const { code } = await run("sh", ["-c", command], { cwd: root, env });
  return code;
}

// The privacy assertions over what the gate itself leaves behind: its manifest, a replay that runs, and no canary in any
// byte of it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
 * @param {{ load(name: string): Promise<object>, root: string, artifacts: string, lifecycle: object, replay: boolean }} context
 * @returns {Promise<{ id: string, status: string, detail: string }[]>}
 */
export async function checkPrivacy({ load, root, artifacts, lifecycle, replay }) {
  const { checkLifecycle } = await load("redaction");
  const findings = checkLifecycle(lifecycle);
  const results = [];
  for (let number = 1; number <= 6; number++) {
    const id = `PRIV-0${number}`;
    const broken = findings.filter((finding) => finding.id === id).map(({ message }) => message);
    if (id === "PRIV-06" && broken.length === 0 && replay) {
      const code = await replayed(root, lifecycle.suites[0].replayCommand);
      if (code !== 0) broken.push(`the replay command ends with ${code}`);
    }
    results.push({ id, status: broken.length === 0 ? "pass" : "fail", detail: broken.join("; ") });
  }
  const leaks = search(artifacts);
  results.push({
    id: "PRIV-07",
    status: leaks.length === 0 ? "pass" : "fail",
    detail: leaks.join("; "),
  });
  return results;
}

/** As whoever reads the record would: through a shell, from the root. */
async function replayed(root, command) {
  const { code } = await run("sh", ["-c", command], {
    cwd: root,
    env: { ...process.env, WIREWALL_GATE_REPLAY: "1" },
  });
  return code;
}

function search(folder) {
  const bytes = Buffer.from(CANARY);
  const forms = [
    CANARY,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("hex"),
    encodeURIComponent(CANARY),
  ];
  const found = [];
  const visit = (place) => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = join(place, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) {
        const text = readFileSync(path, "latin1");
        for (const form of forms) if (text.includes(form)) found.push(`${entry.name}: a canary`);
      }
    }
  };
  visit(folder);
  return found;
}

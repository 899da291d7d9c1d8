// Each check is shown what it is there to find. One that does not find it is no check.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSupplyChain, judgeScenarios, judgeTests } from "@wirewall/gate";
import { checkIntegrity } from "./checks/integrity.mjs";
import { checkDependencies } from "./checks/dependencies.mjs";
import { checkFuzzCoverage } from "./checks/fuzz-coverage.mjs";
import { copyTree, facts, pack, root, unpack } from "./context.mjs";
import {
  broken,
  brokenLifecycles,
  deafTarget,
  expiredTransition,
  flipByte,
  forbiddenDependency,
  plant,
} from "./plants.mjs";
import { CANARY, checkPrivacy, LIFECYCLE } from "./privacy.mjs";
import { drivers, isPublished } from "./run-gate.mjs";
import { runTagged } from "./tagged-tests.mjs";

const VITEST = join(root, "node_modules", "vitest", "vitest.mjs");

/**
 * @returns {Promise<{ id: string, caught: boolean, detail: string }[]>}
 */
export async function selfTest({ policy, dependencyPolicy, only, now, events, say }) {
  const folder = mkdtempSync(join(tmpdir(), "wirewall-self-test-"));
  const cases = [];
  /** What was wrong before it was broken is not what breaking it has shown. */
  const note = (id, problems, before = []) => {
    const found = problems.filter((problem) => !before.includes(problem));
    const caught = found.length > 0;
    const [detail = ""] = found;
    cases.push({ id, caught, detail });
    events.add("self_test_case", { id, status: caught ? "caught" : "missed" });
    say(`${caught ? "caught" : "MISSED"}  ${id}${caught ? `: ${detail.slice(0, 160)}` : ""}`);
  };
  const isWanted = (id) => only === undefined || only === id;
  try {
    const known = facts();
    if (
      ["SEC-BLOCK-01", "SEC-BLOCK-07"].some(isWanted) ||
      only?.startsWith("PRIV") ||
      only === undefined
    )
      await packaged({ known, folder, dependencyPolicy, now, isWanted, note });
    if (isWanted("SEC-BLOCK-06")) {
      const judged = (policyOf) =>
        checkSupplyChain({ ...known, dependencyPolicy: policyOf, now, isPublished }).problems;
      const expired = expiredTransition(dependencyPolicy, now);
      note("SEC-BLOCK-06", judged(expired), judged(dependencyPolicy));
    }
    const copy = copyTree(join(folder, "copy"));
    const wanted = Object.keys(broken).filter(isWanted);
    // Whatever fails in the copy as it is would be taken for a violation that was caught.
    const whole = await runTagged({ root: copy.root, vitest: VITEST, built: false }, wanted);
    for (const id of wanted) {
      const mend = plant(copy.root, broken[id]);
      note(id, await problemsOf(id, copy, policy), problemsIn(whole, id, policy));
      mend();
    }
    if (isWanted("SEC-WARN-01")) {
      plant(copy.root, deafTarget);
      const { problems } = await checkFuzzCoverage({
        root: copy.root,
        policy,
        say: () => {},
        targets: ["http2-frame"],
      });
      note("SEC-WARN-01", problems);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return cases;
}

/** Those that look at what is published. */
async function packaged({ known, folder, dependencyPolicy, now, isWanted, note }) {
  const tarballs = await pack(join(folder, "packs"));
  const unpacked = unpack(tarballs, join(folder, "project"));
  if (isWanted("SEC-BLOCK-01")) {
    const mend = forbiddenDependency(unpacked);
    note(
      "SEC-BLOCK-01",
      (await checkDependencies({ ...unpacked, dependencyPolicy, now })).problems,
    );
    mend();
  }
  if (isWanted("SEC-BLOCK-07")) {
    const same = async () => tarballs;
    const context = { ...known, folder: join(folder, "twice"), pack: same, tamper: flipByte };
    mkdirSync(context.folder);
    note("SEC-BLOCK-07", (await checkIntegrity(context)).problems);
  }
  const artifacts = join(folder, "artifacts");
  mkdirSync(artifacts);
  const privacy = async (id, lifecycle) => {
    const results = await checkPrivacy({ root, artifacts, lifecycle, replay: false });
    return results
      .filter((result) => result.id === id && result.status === "fail")
      .map(({ detail }) => detail);
  };
  for (const [id, change] of Object.entries(brokenLifecycles))
    if (isWanted(id)) note(id, await privacy(id, { ...LIFECYCLE, ...change }));
  if (isWanted("PRIV-07")) {
    writeFileSync(join(artifacts, "suite.log"), Buffer.from(CANARY).toString("base64"));
    note("PRIV-07", await privacy("PRIV-07", LIFECYCLE));
  }
}

/** What the check says of a copy in which something was broken. */
async function problemsOf(id, copy, policy) {
  const tests = await runTagged({ root: copy.root, vitest: VITEST, built: false }, [id]);
  const problems = problemsIn(tests, id, policy);
  if (id !== "SEC-BLOCK-02" && id !== "SEC-BLOCK-04") return problems;
  // Where code is driven as well, it has to find it without the tests.
  const own = await drivers[id](copy);
  return own.problems.length === 0 ? [] : [...own.problems, ...problems];
}

/** What tests have shown; that none of them ran shows nothing. */
function problemsIn(tests, id, policy) {
  const { problems, executed } = judgeTests(tests.get(id) ?? []);
  if (executed === 0) return [];
  if (!id.startsWith("ADV")) return problems;
  const scenarios = policy.scenarios.filter((scenario) => scenario.id === id);
  return judgeScenarios(scenarios, tests).uncovered.map((each) => `${each}: not covered`);
}

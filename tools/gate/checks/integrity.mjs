// SEC-BLOCK-07: the packages are built and packed twice, with equal bytes; their bills of materials and the statement of
// where they come from are written, and a manifest with the hash of each, which is read again.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { digest, placeOf, stableJson } from "@wirewall/gate";

export const MANIFEST_SCHEMA = "wirewall-artifact-integrity-v1";
const KINDS = ["sbom", "provenance", "manifest", "tarball", "file"];

/**
 * @param {object} context `pack(folder)` builds and packs; `tamper(folder)` is what a self-test does in between
 */
export async function checkIntegrity({
  folder,
  pack,
  lock,
  commit,
  committedAt,
  lockSha256,
  tamper,
}) {
  const problems = [];
  const first = await pack(join(folder, "first"));
  const second = await pack(join(folder, "second"));
  for (const [name, path] of first)
    if (
      sha256(readFileSync(path)) !== sha256(readFileSync(second.get(name) ?? path)) ||
      !second.has(name)
    )
      problems.push(`${name}: packed twice, and not the same`);
  const release = join(folder, "release");
  mkdirSync(release, { recursive: true });
  const entries = [];
  const put = (name, kind, bytes) => {
    writeFileSync(join(release, name), bytes);
    entries.push({ path: name, sha256: sha256(bytes), bytes: bytes.length, kind });
  };
  for (const [name, path] of [...first].sort()) {
    const bill = Buffer.from(stableJson(billOf(name, lock, committedAt)));
    if (!bill.equals(Buffer.from(stableJson(billOf(name, lock, committedAt)))))
      problems.push(`${name}: two bills`);
    put(`${fileName(name)}.cdx.json`, "sbom", bill);
    put(basename(path), "tarball", readFileSync(path));
  }
  const subjects = entries.filter(({ kind }) => kind === "tarball");
  put(
    "provenance.json",
    "provenance",
    Buffer.from(stableJson(provenanceOf(subjects, { commit, lockSha256, committedAt }))),
  );
  entries.sort((one, other) => (one.path < other.path ? -1 : 1));
  const manifest = { schemaVersion: MANIFEST_SCHEMA, hashAlgorithm: "sha256", entries };
  writeFileSync(join(release, "manifest.json"), stableJson(manifest));
  tamper?.(release);
  problems.push(...verifyRelease(release));
  const evidence = entries.map(({ path, sha256: hash }) => ({ id: path, sha256: digest(hash) }));
  return { executed: entries.length, evidence, problems };
}

/** What a folder holds against what its manifest says, both ways. */
export function verifyRelease(folder) {
  const problems = [];
  const { schemaVersion, hashAlgorithm, entries } = JSON.parse(
    readFileSync(join(folder, "manifest.json"), "utf8"),
  );
  if (schemaVersion !== MANIFEST_SCHEMA || hashAlgorithm !== "sha256")
    problems.push("manifest: unknown schema");
  const paths = entries.map(({ path }) => path);
  if (paths.join("\n") !== [...new Set(paths)].sort().join("\n"))
    problems.push("manifest: not sorted, or a path twice");
  const there = readdirSync(folder).filter((name) => name !== "manifest.json");
  for (const name of there)
    if (!paths.includes(name)) problems.push(`${name}: not in the manifest`);
  for (const { path, sha256: hash, bytes, kind } of entries) {
    if (!KINDS.includes(kind)) problems.push(`${path}: kind ${kind}`);
    if (!there.includes(path)) problems.push(`${path}: missing`);
    else {
      const content = readFileSync(join(folder, path));
      if (content.length !== bytes || sha256(content) !== hash)
        problems.push(`${path}: not what the manifest says`);
    }
  }
  return problems;
}

/** CycloneDX 1.5: the package and what is installed with it. */
function billOf(name, lock, committedAt) {
  const components = new Map();
  const visit = (from, wanted) => {
    const path = placeOf(lock, from, wanted);
    const entry = lock.packages[path];
    if (entry === undefined) return;
    const real = entry.link === true ? entry.resolved : path;
    const { version, license, integrity, dependencies = {} } = lock.packages[real];
    const key = `${wanted}@${version}`;
    if (components.has(key)) return;
    components.set(key, {
      type: "library",
      name: wanted,
      version,
      purl: `pkg:npm/${encodeURIComponent(wanted).replace("%2F", "/")}@${version}`,
      ...(license === undefined ? undefined : { licenses: [{ expression: license }] }),
      ...(integrity === undefined ? undefined : { hashes: [hashOf(integrity)] }),
    });
    for (const other of Object.keys(dependencies)) visit(real, other);
  };
  const [folder, manifest] = Object.entries(lock.packages).find(
    ([path, entry]) =>
      (/^packages\/[^/]+$/.test(path) && entry.name === name) ||
      path === `packages/${name.replace("@wirewall/", "")}`,
  );
  for (const other of Object.keys(manifest.dependencies ?? {})) visit(folder, other);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      timestamp: committedAt,
      component: { type: "library", name, version: manifest.version, "bom-ref": name },
    },
    components: [...components.values()].sort((one, other) => (one.purl < other.purl ? -1 : 1)),
  };
}

/** in-toto Statement v1 with the SLSA v1 predicate. */
function provenanceOf(subjects, { commit, lockSha256, committedAt }) {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: subjects.map(({ path, sha256: hash }) => ({ name: path, digest: { sha256: hash } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "https://wirewall.dev/build/npm-pack/v1",
        externalParameters: { commands: ["npm ci", "npm run build", "npm pack"] },
        resolvedDependencies: [
          { uri: "git+https://github.com/wirewall/wirewall.git", digest: { gitCommit: commit } },
          { uri: "package-lock.json", digest: { sha256: lockSha256 } },
        ],
      },
      runDetails: {
        builder: { id: "https://github.com/wirewall/wirewall/.github/workflows/release.yml" },
        metadata: { startedOn: committedAt },
      },
    },
  };
}

function hashOf(integrity) {
  const [algorithm, value] = integrity.split("-");
  return {
    alg: algorithm.replace("sha", "SHA-"),
    content: Buffer.from(value, "base64").toString("hex"),
  };
}

function fileName(name) {
  return name.replace("@", "").replace("/", "-");
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

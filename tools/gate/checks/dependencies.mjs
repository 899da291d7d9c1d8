// SEC-BLOCK-01: what a browser would load of each profile, by bundling it, and what its packages install, by their manifests.

import { builtinModules } from "node:module";
import { digest } from "@wirewall/gate";
import { build } from "esbuild";

const builtins = new Set(builtinModules);
const SCOPE = "@wirewall/";

/** @param {{ project: string, manifests: Map<string, object>, dependencyPolicy: object, now: number }} context */
export async function checkDependencies({ project, manifests, dependencyPolicy, now }) {
  const problems = [];
  const evidence = [];
  for (const [profile, { entries }] of Object.entries(dependencyPolicy.profiles)) {
    const { hits, inputs, text } = await bundle(project, entries);
    evidence.push({ id: `${profile}: ${inputs} modules`, sha256: digest(String(inputs + text)) });
    if (inputs === 0) problems.push(`${profile}: nothing was bundled`);
    for (const [name, chain] of [...hits, ...installed(entries, manifests)])
      problems.push(...judge(profile, name, chain, dependencyPolicy, now));
    if (/\bnew Function\(|[^.\w]eval\(/.test(text)) problems.push(`${profile}: makes code of text`);
  }
  for (const { name, layer, manifest } of closedPackages(manifests))
    for (const kind of [
      "dependencies",
      "peerDependencies",
      "optionalDependencies",
      "bundledDependencies",
      "bundleDependencies",
    ])
      for (const other of Object.keys(manifest[kind] ?? {}))
        if (!other.startsWith(SCOPE)) problems.push(`${name} (${layer}) depends on ${other}`);
  return { executed: evidence.length, evidence, problems: [...new Set(problems)].sort() };
}

/** Everything is followed to its end; what is not ours is told with how it was reached. */
async function bundle(project, entries) {
  const hits = new Map();
  const parents = new Map();
  const chainOf = (from, to) => {
    const names = [to];
    for (let at = from; at !== undefined && names.length < 20; at = parents.get(at))
      names.unshift(nameOf(at));
    return names.filter((name, at) => name !== names[at - 1]).join(" → ");
  };
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: entries
        .map((name) => `import "${SCOPE}${name}"; export * as ${name} from "${SCOPE}${name}";`)
        .join("\n"),
      resolveDir: project,
    },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    logLevel: "silent",
    plugins: [
      {
        name: "chains",
        setup(setup) {
          setup.onResolve(
            { filter: /.*/ },
            async ({ path, importer, resolveDir, kind, pluginData }) => {
              if (pluginData === SEEN) return undefined;
              if (builtins.has(path) || path.startsWith("node:")) {
                hits.set(path.startsWith("node:") ? path : `node:${path}`, chainOf(importer, path));
                return { path, external: true };
              }
              const found = await setup.resolve(path, {
                importer,
                resolveDir,
                kind,
                pluginData: SEEN,
              });
              const name = packageOf(path);
              if (name !== undefined && !name.startsWith(SCOPE))
                hits.set(name, chainOf(importer, name));
              if (found.errors.length > 0) return { path, external: true };
              if (found.path.endsWith(".node")) hits.set("native addon", chainOf(importer, path));
              if (!parents.has(found.path))
                parents.set(found.path, importer === "" ? undefined : importer);
              return found;
            },
          );
        },
      },
    ],
  });
  return { hits, inputs: Object.keys(metafile.inputs).length, text: outputFiles[0]?.text ?? "" };
}

const SEEN = Symbol("seen");

/** Names of what the packages install, transitively, with the way there. */
function installed(entries, manifests) {
  const found = new Map();
  const visit = (name, chain, depth) => {
    const manifest = manifests.get(name);
    for (const other of Object.keys(manifest?.dependencies ?? {})) {
      if (!other.startsWith(SCOPE)) found.set(other, [...chain, other].join(" → "));
      else if (depth < 20) visit(other, [...chain, other], depth + 1);
    }
  };
  for (const entry of entries) visit(`${SCOPE}${entry}`, [`${SCOPE}${entry}`], 0);
  return found;
}

function judge(
  profile,
  name,
  chain,
  { forbidden, conditional, transitions = [], riskThresholds },
  now,
) {
  const banned = forbidden.find((entry) => matches(entry.name, name));
  const risky = conditional.find((entry) => matches(entry.name, name));
  const entry = banned ?? risky;
  if (entry === undefined) return [];
  const plan = transitions.find((each) => each.name === entry.name);
  const isLive = plan?.status === "active" && Date.parse(plan.expiresAt) > now;
  if (banned === undefined && isLive) return [];
  const state =
    plan === undefined
      ? "no transition"
      : isLive
        ? "a transition does not help"
        : "its transition has expired";
  return entry.score >= riskThresholds.high || banned !== undefined || !isLive
    ? [
        `${profile}: ${name} (${entry.score}, ${state}): ${chain}: ${entry.reason}; ${entry.remediation}`,
      ]
    : [];
}

/** `node:*` and names in full. */
function matches(pattern, name) {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function* closedPackages(manifests) {
  for (const [name, manifest] of manifests)
    if (manifest.layer === "base" || manifest.layer === "codec")
      yield { name, layer: manifest.layer, manifest };
}

function packageOf(path) {
  if (path.startsWith(".") || path.startsWith("/")) return undefined;
  return path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");
}

function nameOf(path) {
  const parts = path.split("/node_modules/");
  const inside = parts.at(-1) ?? path;
  return parts.length > 1
    ? (packageOf(inside) ?? inside)
    : (/packages\/([^/]+)/.exec(path)?.[1] ?? "entry");
}

// SEC-BLOCK-03: every limit that a package exports, against the figures of the policy. That each of them holds, at its edge
// and beyond, is driven by the tests with that tag.

import { digest } from "@wirewall/gate";
/** @param {{ load(name: string): Promise<object>, folders: readonly string[], policy: object }} context */
export async function checkBounds({ load, folders, policy }) {
  const problems = [];
  const exported = new Map();
  for (const folder of folders) {
    const { limits } = await load(folder);
    if (!Array.isArray(limits?.table)) continue;
    for (const row of limits.table) exported.set(`${limits.owner}.${row.name}`, row);
  }
  for (const [name, row] of exported) {
    const bound = policy.bounds[name];
    if (bound === undefined) problems.push(`${name}: exported, and not in the policy`);
    else if (bound.default !== row.default)
      problems.push(`${name}: ${row.default}, and ${bound.default} in the policy`);
    else if (!row.name.endsWith(bound.unit))
      problems.push(`${name}: its unit is not ${bound.unit}`);
  }
  for (const name of Object.keys(policy.bounds))
    if (!exported.has(name)) problems.push(`${name}: in the policy, and exported by nobody`);
  const evidence = [...exported].map(([name, row]) => ({
    id: name,
    sha256: digest(JSON.stringify(row)),
  }));
  return { executed: exported.size, evidence, problems };
}

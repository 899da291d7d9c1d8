// All rules over one tree.

import {
  checkDependencyNotes,
  checkLengths,
  checkNames,
  checkRoot,
  checkStars,
} from "./check-files.mjs";
import { checkLayers } from "./check-layers.mjs";
import { checkRealm } from "./realm.mjs";
import { recipes as realmRecipes } from "./realm-recipes.mjs";
import { readTree } from "./tree.mjs";

/**
 * @typedef {{ rule: string, place: string, message: string }} Finding
 * @param {string} root
 * @param {Record<string, object>} recipes
 * @returns {Promise<{ findings: Finding[], summary: string }>}
 */
export async function checkArchitecture(root, recipes = realmRecipes) {
  const tree = readTree(root);
  const findings = [
    ...checkLayers(tree),
    ...checkRoot(tree),
    ...checkNames(tree),
    ...checkStars(tree),
    ...checkLengths(tree),
    ...checkDependencyNotes(tree),
  ];
  const runs = [];
  for await (const finding of checkRealm(tree, recipes, (name, count) =>
    runs.push(`${name} ${count}`),
  ))
    findings.push(finding);
  const sources = tree.packages.reduce((sum, pkg) => sum + pkg.sources.length, 0);
  return {
    findings,
    summary: `${tree.packages.length} packages, ${sources} sources; inputs in the empty realm: ${runs.join(", ")}`,
  };
}

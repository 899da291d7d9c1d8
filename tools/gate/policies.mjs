// The policies of this repository.

import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { digest, PolicyError, readDependencyPolicy, readReleasePolicy } from "@wirewall/gate";

export const RELEASE_POLICY = ".github/security-release-policy.json";
export const DEPENDENCY_POLICY = ".github/dependency-policy.json";

/** @throws PolicyError that names the file and the field */
export function releasePolicy(root, path = RELEASE_POLICY) {
  const text = readText(root, path);
  return { ...readReleasePolicy(text, path), sha256: digest(text) };
}

/** @throws PolicyError that names the file and the field */
export function dependencyPolicy(root, path = DEPENDENCY_POLICY) {
  return readDependencyPolicy(readText(root, path), path);
}

function readText(root, path) {
  try {
    return readFileSync(isAbsolute(path) ? path : join(root, path), "utf8");
  } catch (error) {
    throw new PolicyError(`${path}: cannot be read: ${error.code ?? error.message}`);
  }
}

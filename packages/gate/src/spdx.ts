// Whether a licence expression (SPDX) can be met with licences that are allowed.

import parse, { type SpdxNode } from "spdx-expression-parse";

/** @param allowed such as `MIT`, or `Apache-2.0 WITH LLVM-exception`. */
export function isLicenceAllowed(expression: string, allowed: readonly string[]): boolean {
  let tree: SpdxNode;
  try {
    tree = parse(expression);
  } catch {
    return false;
  }
  return isMet(tree, new Set(allowed));
}

function isMet(node: SpdxNode, allowed: ReadonlySet<string>): boolean {
  if ("left" in node)
    return node.conjunction === "and"
      ? isMet(node.left, allowed) && isMet(node.right, allowed)
      : isMet(node.left, allowed) || isMet(node.right, allowed);
  return allowed.has(
    node.exception === undefined ? node.license : `${node.license} WITH ${node.exception}`,
  );
}

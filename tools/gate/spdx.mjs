// Whether a licence expression (SPDX) can be met with licences that are allowed.

import parse from "spdx-expression-parse";

/** @param {readonly string[]} allowed such as `MIT`, or `Apache-2.0 WITH LLVM-exception` */
export function isAllowed(expression, allowed) {
  let tree;
  try {
    tree = parse(expression);
  } catch {
    return false;
  }
  return isMet(tree, new Set(allowed));
}

function isMet(node, allowed) {
  if (node.conjunction === "and") return isMet(node.left, allowed) && isMet(node.right, allowed);
  if (node.conjunction === "or") return isMet(node.left, allowed) || isMet(node.right, allowed);
  const name =
    node.exception === undefined ? node.license : `${node.license} WITH ${node.exception}`;
  return allowed.has(name);
}

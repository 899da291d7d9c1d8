// Classes that are declared for a place: `request.headers.accept`, `items.*.id`. One tree, walked beside the value.

import type { DataClass } from "./classes.js";

export interface PathNode {
  readonly members: Map<string, PathNode>;
  /** That of `*`. */
  any: PathNode | undefined;
  declared: DataClass | undefined;
}

const CLASSES = ["secret", "sensitive", "metadata"];

/** @throws TypeError for a path or a class that is none. */
export function readPaths(classes: Readonly<Record<string, DataClass>>): PathNode {
  const root = node();
  for (const path of Object.keys(classes)) {
    const declared = classes[path];
    if (declared === undefined || !CLASSES.includes(declared))
      throw new TypeError(`classes: ${JSON.stringify(path)}: expected ${CLASSES.join(", ")}`);
    let at = root;
    for (const name of path.split(".")) {
      if (name === "") throw new TypeError("classes: expected names with dots between them");
      at = name === "*" ? (at.any ??= node()) : below(at, name);
    }
    at.declared = declared;
  }
  return root;
}

export function stepTo(at: PathNode | undefined, name: string): PathNode | undefined {
  return at === undefined ? undefined : (at.members.get(name) ?? at.any);
}

function below(at: PathNode, name: string): PathNode {
  let found = at.members.get(name);
  if (found === undefined) {
    found = node();
    at.members.set(name, found);
  }
  return found;
}

function node(): PathNode {
  return { members: new Map(), any: undefined, declared: undefined };
}

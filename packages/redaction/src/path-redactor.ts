// Fixed places and nothing else, for hot logs: what is on the way to a place is copied, the rest is shared with the
// input, which stays as it was.

import { SECRET } from "./classes.js";

type Members = Record<string, unknown>;

interface Step {
  readonly members: Map<string, Step>;
  any: Step | undefined;
  isEnd: boolean;
}

/**
 * A function that puts `[secret]` at each of the paths, such as `req.headers.authorization`, `users.*.email` or
 * `list[0].key`, where something stands there.
 *
 * @throws TypeError for a path that is none.
 */
export function pathRedactor(paths: readonly string[]): <T>(value: T) => T {
  const root: Step = newStep();
  for (const path of paths) add(root, path);
  return <T>(value: T): T => masked(value, root) as T;
}

function masked(value: unknown, step: Step): unknown {
  if (step.isEnd) return SECRET;
  if (typeof value !== "object" || value === null) return value;
  const members = value as Members;
  return step.any === undefined ? maskNamed(members, step) : maskAll(members, step, step.any);
}

function maskNamed(value: Members, { members }: Step): Members {
  let copy: Members | undefined;
  for (const [name, next] of members) {
    if (!Object.hasOwn(value, name)) continue;
    const before = value[name];
    const after = masked(before, next);
    if (after === before) continue;
    copy ??= copied(value);
    // It is a member already, so that this changes no prototype.
    copy[name] = after;
  }
  return copy ?? value;
}

function maskAll(value: Members, { members }: Step, any: Step): Members {
  let copy: Members | undefined;
  for (const name of Object.keys(value)) {
    const before = value[name];
    const after = masked(before, members.get(name) ?? any);
    if (after === before) continue;
    copy ??= copied(value);
    copy[name] = after;
  }
  return copy ?? value;
}

/** What is computed when it is read is computed once, as for JSON. */
function copied(value: Members): Members {
  return Array.isArray(value) ? ([...(value as unknown[])] as unknown as Members) : { ...value };
}

function add(root: Step, path: string): void {
  const names = path.match(PART)?.map((part) => part.replace(/^\.|^\["?|"?\]$/g, "")) ?? [];
  if (names.length === 0 || path.match(PART)?.join("") !== path)
    throw new TypeError(`paths: ${JSON.stringify(path)}: expected names, * and [0]`);
  let at = root;
  for (const name of names) {
    if (name === "*") at = at.any ??= newStep();
    else {
      const next = at.members.get(name) ?? newStep();
      at.members.set(name, next);
      at = next;
    }
  }
  at.isEnd = true;
}

const PART = /\.?[\w$*-]+|\["[^"\]]+"\]|\[(?:\d+|\*)\]/g;

function newStep(): Step {
  return { members: new Map(), any: undefined, isEnd: false };
}

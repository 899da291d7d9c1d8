// A package's codes stand in one table, from which refusals are made and documentation is written.

import type { LimitHit, Violation, ViolationScope } from "./violation.js";

/** One row: what the refusal ends, the section it rests on, what the peer is told, what was wrong. */
export interface ViolationEntry<Reply = unknown> {
  readonly scope: ViolationScope;
  readonly spec: string;
  readonly reply: Reply;
  /** One clause without any input. */
  readonly summary: string;
}

/** The codes of a package. */
export interface Violations<Code extends string = string, Reply = unknown> {
  readonly owner: string;
  readonly table: ReadonlyMap<Code, ViolationEntry<Reply>>;
  /** A refusal of that code at that offset. */
  refuse(code: Code, offset: number, limit?: LimitHit): Violation<Code, Reply>;
}

/**
 * Checks and freezes a table of codes. A reply that is an object is frozen with it, since all
 * refusals of a code share it.
 *
 * @throws TypeError if a code does not start with the owner's name.
 */
export function defineViolations<Code extends string, Reply>(
  owner: string,
  rows: { readonly [K in Code]: ViolationEntry<Reply> },
): Violations<Code, Reply> {
  const table = new Map<Code, ViolationEntry<Reply>>();
  for (const [code, row] of Object.entries(rows) as [Code, ViolationEntry<Reply>][]) {
    if (!code.startsWith(`${owner}.`)) throw new TypeError(`${code}: expected ${owner}. in front`);
    table.set(code, Object.freeze({ ...row, reply: Object.freeze(row.reply) }));
  }
  return Object.freeze({
    owner,
    table,
    refuse(code: Code, offset: number, limit?: LimitHit): Violation<Code, Reply> {
      const row = table.get(code);
      if (row === undefined) throw new TypeError(`${owner} has no such violation code`);
      const { scope, spec, reply } = row;
      const violation = { type: "violation", code, scope, offset, spec, reply } as const;
      return limit === undefined ? violation : { ...violation, limit };
    },
  });
}

// Why something was cancelled, by whom, and because of what. A reason only ever gets stronger, so
// repeated requests are idempotent and their order does not matter.

import type { Micros } from "@wirewall/trace";

export type CancelKind =
  | "user"
  | "timeout"
  | "deadline"
  | "pollQuota"
  | "costBudget"
  | "failFast"
  | "raceLost"
  | "linkedExit"
  | "parentCancelled"
  | "resourceUnavailable"
  | "shutdown";

export interface CancelReason {
  readonly kind: CancelKind;
  /** The path of the region that asked for it. */
  readonly originRegion: string;
  readonly originTask?: string | undefined;
  readonly at: Micros;
  readonly message?: string | undefined;
  readonly cause?: CancelReason | undefined;
  /** The chain of causes was cut. */
  readonly truncated: boolean;
  readonly truncatedAtDepth?: number | undefined;
}

interface KindRow {
  readonly severity: number;
  readonly cleanupPolls: number;
  readonly cleanupPriority: number;
}

/** The less the program can wait, the less its cleanup gets. */
export const cancelKinds: Readonly<Record<CancelKind, KindRow>> = {
  user: { severity: 0, cleanupPolls: 1_000, cleanupPriority: 200 },
  timeout: { severity: 1, cleanupPolls: 500, cleanupPriority: 210 },
  deadline: { severity: 1, cleanupPolls: 500, cleanupPriority: 210 },
  pollQuota: { severity: 2, cleanupPolls: 300, cleanupPriority: 215 },
  costBudget: { severity: 2, cleanupPolls: 300, cleanupPriority: 215 },
  failFast: { severity: 3, cleanupPolls: 200, cleanupPriority: 220 },
  raceLost: { severity: 3, cleanupPolls: 200, cleanupPriority: 220 },
  linkedExit: { severity: 3, cleanupPolls: 200, cleanupPriority: 220 },
  parentCancelled: { severity: 4, cleanupPolls: 200, cleanupPriority: 220 },
  resourceUnavailable: { severity: 4, cleanupPolls: 200, cleanupPriority: 220 },
  shutdown: { severity: 5, cleanupPolls: 50, cleanupPriority: 255 },
};

const MAX_DEPTH = 16;
const MAX_BYTES = 4_096;
const NODE_BYTES = 80;
const LINK_BYTES = 8;

/** A reason whose chain of causes is bounded: 16 of them, and about 4,096 bytes. */
export function reasonOf(
  reason: Omit<CancelReason, "truncated" | "truncatedAtDepth">,
): CancelReason {
  const { kind, originRegion, originTask, at, message, cause } = reason;
  const depth = roomFor(cause, sizeOf(reason));
  return {
    kind,
    originRegion,
    originTask,
    at,
    message,
    cause: cut(cause, depth),
    truncated: depth < depthOf(cause) || cause?.truncated === true,
    truncatedAtDepth: depth < depthOf(cause) ? depth + 1 : cause?.truncatedAtDepth,
  };
}

/** Whether the first is severer by kind alone. */
export function isSeverer(left: CancelReason, right: CancelReason): boolean {
  return cancelKinds[left.kind].severity > cancelKinds[right.kind].severity;
}

/**
 * The stronger of two: severer, then earlier, then with a message, then the smaller message. Kind and
 * origin decide the rest, so that no two reasons are left to the order in which they came.
 */
export function strengthen(current: CancelReason, other: CancelReason): CancelReason {
  return isStronger(other, current) ? other : current;
}

export function isStronger(other: CancelReason, current: CancelReason): boolean {
  const severity = cancelKinds[other.kind].severity - cancelKinds[current.kind].severity;
  if (severity !== 0) return severity > 0;
  if (other.at !== current.at) return other.at < current.at;
  if (other.message !== current.message) {
    if (other.message === undefined || current.message === undefined)
      return current.message === undefined;
    return other.message < current.message;
  }
  if (other.kind !== current.kind) return other.kind < current.kind;
  return other.originRegion < current.originRegion;
}

/** `0.2 timeout "slow" ← 0 shutdown`, the nearest first. */
export function explainReason(reason: CancelReason): string {
  const parts: string[] = [];
  for (let one: CancelReason | undefined = reason; one !== undefined; one = one.cause) {
    const words = one.message === undefined ? "" : ` ${JSON.stringify(one.message)}`;
    parts.push(`${one.originTask ?? one.originRegion} ${one.kind}${words}`);
    if (one.cause === undefined && one.truncated) parts.push("…");
  }
  return parts.join(" ← ");
}

function depthOf(reason: CancelReason | undefined): number {
  let depth = 0;
  for (let one = reason; one !== undefined; one = one.cause) depth++;
  return depth;
}

/** How many causes fit. */
function roomFor(cause: CancelReason | undefined, own: number): number {
  let bytes = own;
  let depth = 0;
  for (let one = cause; one !== undefined && depth < MAX_DEPTH - 1; one = one.cause) {
    bytes += sizeOf(one) + LINK_BYTES;
    if (bytes > MAX_BYTES) break;
    depth++;
  }
  return depth;
}

function sizeOf(reason: { readonly message?: string | undefined }): number {
  return NODE_BYTES + (reason.message?.length ?? 0);
}

function cut(cause: CancelReason | undefined, depth: number): CancelReason | undefined {
  if (cause === undefined || depth === 0) return undefined;
  if (depthOf(cause) <= depth) return cause;
  const chain: CancelReason[] = [];
  for (let one: CancelReason | undefined = cause; one !== undefined && chain.length < depth;) {
    chain.push(one);
    one = one.cause;
  }
  return chain.reduceRight<CancelReason | undefined>(
    (rest, one) => ({ ...one, cause: rest, truncated: true }),
    undefined,
  );
}

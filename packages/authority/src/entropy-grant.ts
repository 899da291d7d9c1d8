// The right to chance, and from which source.

import { deny, type Denial } from "./denials.js";
import {
  descended,
  narrowList,
  narrowNumber,
  readList,
  readOptions,
  readWhole,
} from "./grant-options.js";

export type EntropySource = "platform" | "seeded";
export type EntropyOperation = "bytes" | "uuid";

export interface EntropyGrantOptions {
  readonly sources?: readonly EntropySource[];
  readonly operations?: readonly EntropyOperation[];
  /** Of one call. */
  readonly maxBytes?: number;
}

export interface EntropyQuestion {
  readonly source: EntropySource;
  readonly operation: EntropyOperation;
  readonly bytes: number;
}

const SOURCES = ["platform", "seeded"];
const OPERATIONS = ["bytes", "uuid"];
const KNOWN = ["sources", "operations", "maxBytes"];
const GENUINE = /* @__PURE__ */ new WeakSet<object>();

export class EntropyGrant {
  readonly sources: readonly EntropySource[];
  readonly operations: readonly EntropyOperation[];
  readonly maxBytes: number;

  /** @throws TypeError or RangeError for an option that is not what it has to be. */
  constructor(options: EntropyGrantOptions = {}) {
    const known = readOptions("entropy grant", options, KNOWN);
    this.sources = readList("sources", known["sources"], SOURCES) as EntropySource[];
    this.operations = readList("operations", known["operations"], OPERATIONS) as EntropyOperation[];
    this.maxBytes = readWhole("maxBytes", known["maxBytes"], 1, 65_536, 65_536);
    Object.freeze(this);
    GENUINE.add(this);
  }

  static readonly none: EntropyGrant = /* @__PURE__ */ new EntropyGrant();

  /** @throws RangeError that names the field in which more is asked for than is held. */
  narrow(options: EntropyGrantOptions): EntropyGrant {
    const asked = new EntropyGrant(options);
    const made = new EntropyGrant({
      sources: narrowList("sources", options.sources && asked.sources, this.sources) as never,
      operations: narrowList(
        "operations",
        options.operations && asked.operations,
        this.operations,
      ) as never,
      maxBytes: narrowNumber("maxBytes", options.maxBytes, this.maxBytes),
    });
    return descended(this, made);
  }
}

Object.freeze(EntropyGrant.prototype);

/** @throws TypeError for a grant that is none. */
export function judgeEntropy(grant: EntropyGrant, question: EntropyQuestion): Denial | undefined {
  if (!GENUINE.has(grant)) throw new TypeError("grant: expected an EntropyGrant");
  if (!grant.sources.includes(question.source)) return deny("entropy", "SourceDenied");
  if (!grant.operations.includes(question.operation)) return deny("entropy", "OperationDenied");
  if (question.bytes <= grant.maxBytes) return undefined;
  const bound = { limit: "maxBytes", max: grant.maxBytes, observed: question.bytes };
  return deny("entropy", "ByteLengthExceeded", bound);
}

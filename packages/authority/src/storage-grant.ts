// The right to keep something: where, which operations, under which names, and how much.

import { deny, type Denial } from "./denials.js";
import {
  descended,
  narrowList,
  narrowNumber,
  readList,
  readOptions,
  readWhole,
} from "./grant-options.js";

export type StorageBackend = "local" | "session" | "indexeddb" | "cache" | "memory";
export type StorageOperation = "get" | "set" | "delete" | "list" | "clear";

export interface StorageGrantOptions {
  readonly backends?: readonly StorageBackend[];
  readonly operations?: readonly StorageOperation[];
  /** `*`; `cache:*`, which is `cache` and all that begins with `cache:`; or one exactly. */
  readonly namespaces?: readonly string[];
  readonly maxNamespaceBytes?: number;
  readonly maxKeyBytes?: number;
  readonly maxValueBytes?: number;
  readonly maxEntryCount?: number;
  /** Of all keys and values of a namespace together, as UTF-8. */
  readonly quotaBytes?: number;
}

export interface StorageQuestion {
  readonly backend: StorageBackend;
  readonly operation: StorageOperation;
  readonly namespace: string;
  /** Of get, set and delete. */
  readonly key?: string;
  /** Of set. */
  readonly valueBytes?: number;
}

const BACKENDS = ["local", "session", "indexeddb", "cache", "memory"];
const OPERATIONS = ["get", "set", "delete", "list", "clear"];
const BOUNDS = {
  maxNamespaceBytes: 128,
  maxKeyBytes: 256,
  maxValueBytes: 1_048_576,
  maxEntryCount: 10_000,
  quotaBytes: 5_242_880,
} as const;
type Bound = keyof typeof BOUNDS;
const BOUND_NAMES = Object.keys(BOUNDS) as readonly Bound[];
const KNOWN = ["backends", "operations", "namespaces", ...BOUND_NAMES];
const GENUINE = /* @__PURE__ */ new WeakSet<object>();

export class StorageGrant {
  readonly backends: readonly StorageBackend[];
  readonly operations: readonly StorageOperation[];
  readonly namespaces: readonly string[];
  readonly bounds: { readonly [K in Bound]: number };

  /** @throws TypeError or RangeError for an option that is not what it has to be. */
  constructor(options: StorageGrantOptions = {}) {
    const known = readOptions("storage grant", options, KNOWN);
    this.backends = readList("backends", known["backends"], BACKENDS) as StorageBackend[];
    this.operations = readList("operations", known["operations"], OPERATIONS) as StorageOperation[];
    this.namespaces = readList("namespaces", known["namespaces"]);
    const bounds = {} as { [K in Bound]: number };
    for (const name of BOUND_NAMES)
      bounds[name] = readWhole(name, known[name], 0, Number.MAX_SAFE_INTEGER, BOUNDS[name]);
    this.bounds = Object.freeze(bounds);
    Object.freeze(this);
    GENUINE.add(this);
  }

  static readonly none: StorageGrant = /* @__PURE__ */ new StorageGrant();

  /** @throws RangeError that names the field in which more is asked for than is held. */
  narrow(options: StorageGrantOptions): StorageGrant {
    const asked = new StorageGrant(options);
    for (const selector of options.namespaces === undefined ? [] : asked.namespaces)
      if (!this.namespaces.some((held) => covers(held, selector)))
        throw new RangeError("namespaces: more than the grant holds");
    const bounds = {} as { [K in Bound]: number };
    for (const name of BOUND_NAMES)
      bounds[name] = narrowNumber(name, options[name], this.bounds[name]);
    const made = new StorageGrant({
      backends: narrowList("backends", options.backends && asked.backends, this.backends) as never,
      operations: narrowList(
        "operations",
        options.operations && asked.operations,
        this.operations,
      ) as never,
      namespaces: options.namespaces === undefined ? this.namespaces : asked.namespaces,
      ...bounds,
    });
    return descended(this, made);
  }
}

Object.freeze(StorageGrant.prototype);

export function isStorageGrant(value: unknown): value is StorageGrant {
  return typeof value === "object" && value !== null && GENUINE.has(value);
}

/** @throws TypeError for a grant that is none. */
export function judgeStorage(grant: StorageGrant, question: StorageQuestion): Denial | undefined {
  if (!isStorageGrant(grant)) throw new TypeError("grant: expected a StorageGrant");
  const { backend, operation, namespace, key, valueBytes = 0 } = question;
  if (typeof namespace !== "string" || namespace === "") return deny("storage", "InvalidNamespace");
  if (!grant.backends.includes(backend)) return deny("storage", "BackendDenied");
  if (!grant.operations.includes(operation)) return deny("storage", "OperationDenied");
  if (!grant.namespaces.some((selector) => matches(selector, namespace)))
    return deny("storage", "NamespaceDenied");
  const { bounds } = grant;
  const size = utf8Length(namespace);
  if (size > bounds.maxNamespaceBytes)
    return tooLarge("NamespaceTooLarge", "maxNamespaceBytes", bounds.maxNamespaceBytes, size);
  if (operation === "list" || operation === "clear") return undefined;
  if (key === undefined || key === "") return deny("storage", "MissingKey");
  const keyBytes = utf8Length(key);
  if (keyBytes > bounds.maxKeyBytes)
    return tooLarge("KeyTooLarge", "maxKeyBytes", bounds.maxKeyBytes, keyBytes);
  if (operation === "set" && valueBytes > bounds.maxValueBytes)
    return tooLarge("ValueTooLarge", "maxValueBytes", bounds.maxValueBytes, valueBytes);
  return undefined;
}

export function tooLarge(
  name:
    "NamespaceTooLarge" | "KeyTooLarge" | "ValueTooLarge" | "EntryCountExceeded" | "QuotaExceeded",
  limit: Bound,
  max: number,
  observed: number,
): Denial {
  return deny("storage", name, { limit, max, observed });
}

function matches(selector: string, namespace: string): boolean {
  if (selector === "*" || selector === namespace) return true;
  if (!selector.endsWith(":*")) return false;
  const stem = selector.slice(0, -2);
  return namespace === stem || namespace.startsWith(`${stem}:`);
}

/** What both a grant and a list of selectors match. */
export function narrowedNamespaces(grant: StorageGrant, selectors: readonly string[]): string[] {
  const narrower = selectors.filter((asked) =>
    grant.namespaces.some((held) => covers(held, asked)),
  );
  const held = grant.namespaces.filter((one) => selectors.some((asked) => covers(asked, one)));
  return [...narrower, ...held];
}

/** Whether all that one selector matches is matched by another. */
function covers(held: string, asked: string): boolean {
  if (held === "*" || held === asked) return true;
  if (asked === "*") return false;
  return asked.endsWith(":*")
    ? matches(held, asked.slice(0, -2)) && held.endsWith(":*")
    : matches(held, asked);
}

/** As UTF-8; a lone surrogate counts as what replaces it. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

// What may be kept, over whatever keeps it. Namespaces are apart: a key of one is never read or counted by another.

import type { TraceSink } from "@wirewall/trace";
import { AuthorityError, tellDenial, type Denial } from "./denials.js";
import {
  isStorageGrant,
  judgeStorage,
  tooLarge,
  utf8Length,
  type StorageBackend,
  type StorageGrant,
  type StorageOperation,
} from "./storage-grant.js";

/** What keeps text by text, such as `Map` behind a promise, or the storage of a page. */
export interface Store {
  get(key: string): string | undefined | Promise<string | undefined>;
  set(key: string, value: string): void | Promise<void>;
  delete(key: string): void | Promise<void>;
  /** All keys that begin with that. */
  list(prefix: string): readonly string[] | Promise<readonly string[]>;
}

/** Told once an operation is settled: no namespace and no key, only how long they are. */
export interface StorageEvent {
  readonly backend: StorageBackend;
  readonly operation: StorageOperation;
  /** `namespace[len:5]` and, where there is one, `key[len:12]`. */
  readonly labels: readonly string[];
  readonly outcome: "ok" | "denied" | "failed";
  readonly code?: string;
}

export interface StoragePlatform {
  readonly backend: StorageBackend;
  readonly store: Store;
  readonly onEvent?: (event: StorageEvent) => void;
  readonly trace?: TraceSink;
  /** Microseconds, for the trace. */
  readonly now?: () => number;
}

/** Rejects by an `AuthorityError` for what was not granted. */
export interface AuthorizedStorage {
  get(namespace: string, key: string): Promise<string | undefined>;
  set(namespace: string, key: string, value: string): Promise<void>;
  delete(namespace: string, key: string): Promise<void>;
  list(namespace: string): Promise<readonly string[]>;
  clear(namespace: string): Promise<void>;
}

/** @throws TypeError for a grant that is none. */
export function authorizeStorage(
  grant: StorageGrant,
  platform: StoragePlatform,
): AuthorizedStorage {
  if (!isStorageGrant(grant)) throw new TypeError("grant: expected a StorageGrant");
  const { store } = platform;
  /** Writes follow each other, so that what was counted is still so when it is written. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = turn.then(run, run);
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    get: (namespace, key) =>
      settle(grant, platform, "get", namespace, key, 0, async () =>
        store.get(place(namespace, key)),
      ),
    set: (namespace, key, value) =>
      settle(grant, platform, "set", namespace, key, utf8Length(value), () =>
        inTurn(async () => {
          await checkRoom(grant, store, namespace, key, value);
          await store.set(place(namespace, key), value);
        }),
      ),
    delete: (namespace, key) =>
      settle(grant, platform, "delete", namespace, key, 0, () =>
        inTurn(async () => store.delete(place(namespace, key))),
      ),
    list: (namespace) =>
      settle(grant, platform, "list", namespace, undefined, 0, async () => {
        const prefix = place(namespace, "");
        return (await store.list(prefix)).map((key) => key.slice(prefix.length)).sort();
      }),
    clear: (namespace) =>
      settle(grant, platform, "clear", namespace, undefined, 0, () =>
        inTurn(async () => {
          for (const key of await store.list(place(namespace, ""))) await store.delete(key);
        }),
      ),
  };
}

async function settle<T>(
  grant: StorageGrant,
  platform: StoragePlatform,
  operation: StorageOperation,
  namespace: string,
  key: string | undefined,
  valueBytes: number,
  run: () => Promise<T>,
): Promise<T> {
  const { backend } = platform;
  const labels = [`namespace[len:${utf8Length(String(namespace))}]`];
  if (key !== undefined) labels.push(`key[len:${utf8Length(String(key))}]`);
  const question = { backend, operation, namespace, valueBytes };
  try {
    const denial = judgeStorage(grant, key === undefined ? question : { ...question, key });
    if (denial !== undefined) throw new AuthorityError(denial);
    const result = await run();
    platform.onEvent?.({ backend, operation, labels, outcome: "ok" });
    return result;
  } catch (error) {
    const denial: Denial | undefined = error instanceof AuthorityError ? error.denial : undefined;
    if (denial !== undefined) tellDenial(platform.trace, denial, platform.now?.() ?? 0);
    platform.onEvent?.({
      backend,
      operation,
      labels,
      outcome: denial === undefined ? "failed" : "denied",
      ...(denial === undefined ? undefined : { code: denial.code }),
    });
    throw error;
  }
}

/** What is there is counted anew: somebody else may have written. */
async function checkRoom(
  grant: StorageGrant,
  store: Store,
  namespace: string,
  key: string,
  value: string,
): Promise<void> {
  const { maxEntryCount, quotaBytes } = grant.bounds;
  const prefix = place(namespace, "");
  const mine = place(namespace, key);
  const others = (await store.list(prefix)).filter((each) => each !== mine);
  if (others.length + 1 > maxEntryCount) {
    const denial = tooLarge(
      "EntryCountExceeded",
      "maxEntryCount",
      maxEntryCount,
      others.length + 1,
    );
    throw new AuthorityError(denial);
  }
  let size = utf8Length(key) + utf8Length(value);
  for (const each of others) {
    size += utf8Length(each) - utf8Length(prefix) + utf8Length((await store.get(each)) ?? "");
    if (size > quotaBytes)
      throw new AuthorityError(tooLarge("QuotaExceeded", "quotaBytes", quotaBytes, size));
  }
  if (size > quotaBytes)
    throw new AuthorityError(tooLarge("QuotaExceeded", "quotaBytes", quotaBytes, size));
}

/** The length in front keeps `a` with `b:c` apart from `a:b` with `c`. */
function place(namespace: string, key: string): string {
  return `${namespace.length}:${namespace}:${key}`;
}

/** Keeps in memory. */
export function memoryStore(): Store {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    delete: (key) => void kept.delete(key),
    list: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** What a page has of `localStorage` and `sessionStorage`. */
export interface PageStorage {
  readonly length: number;
  key(at: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps in the storage of a page, which is handed in. */
export function webStore(storage: PageStorage): Store {
  return {
    get: (key) => storage.getItem(key) ?? undefined,
    set: (key, value) => storage.setItem(key, value),
    delete: (key) => storage.removeItem(key),
    list(prefix) {
      const keys: string[] = [];
      for (let at = 0; at < storage.length; at++) {
        const key = storage.key(at);
        if (key?.startsWith(prefix) === true) keys.push(key);
      }
      return keys;
    },
  };
}

// The authorities of a page, over what the page has and hands in. Whoever holds the page's own `fetch`, `sendBeacon`,
// `EventSource`, a frame or a worker is not contained by this.

import {
  EntropyAuthority,
  FetchAuthority,
  StorageAuthority,
  TimeAuthority,
} from "./authorities.js";
import { webStore, type PageStorage } from "./authorized-storage.js";
import type { Send } from "./authorize.js";
import type { EntropyGrant } from "./entropy-grant.js";
import type { FetchGrant } from "./fetch-grant.js";
import type { IoCap } from "./io-cap.js";
import type { StorageGrant } from "./storage-grant.js";
import type { TimeGrant } from "./time-grant.js";

/** What is taken of a page: `window`, or of it less. */
export interface Page {
  readonly fetch: Send;
  readonly performance: { now(): number };
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: never): void;
  readonly localStorage?: PageStorage;
  readonly sessionStorage?: PageStorage;
}

export interface BrowserGrants {
  /** Has to say `pinning: "host"`: the browser resolves. */
  readonly fetch?: FetchGrant;
  readonly storage?: StorageGrant;
  readonly entropy?: EntropyGrant;
  readonly time?: TimeGrant;
}

/** Storage is that of the page if the grant has `local`, else that of the session. */
export function browserIo(page: Page, grants: BrowserGrants): IoCap {
  const { fetch: fetching, storage, entropy, time } = grants;
  const backend = storage?.backends.includes("local") === true ? "local" : "session";
  const kept = backend === "local" ? page.localStorage : page.sessionStorage;
  return Object.freeze({
    ...(fetching === undefined ? undefined : { fetch: new FetchAuthority(fetching, hostOf(page)) }),
    ...(storage === undefined || kept === undefined
      ? undefined
      : { storage: new StorageAuthority(storage, { backend, store: webStore(kept) }) }),
    ...(entropy === undefined ? undefined : { entropy: new EntropyAuthority(entropy, "platform") }),
    ...(time === undefined ? undefined : { time: new TimeAuthority(time) }),
  });
}

function hostOf(page: Page): ConstructorParameters<typeof FetchAuthority>[1] {
  return {
    pins: false,
    now: () => page.performance.now(),
    after: (ms, run) => page.setTimeout(run, ms),
    clear: (timer) => page.clearTimeout(timer as never),
    sendFor: () => (url, init) => page.fetch(url, init),
  };
}

// All that a program may reach, in one value, and through the context of a task one by one. What is absent is not
// there: `cx.io(ioTokens.fetch)` throws CAP_DENIED.

import { IoGrants, IoToken } from "@wirewall/runtime";
import {
  EntropyAuthority,
  isWithin,
  TimeAuthority,
  type FetchAuthority,
  type StorageAuthority,
  type TransportAuthority,
  type UnixSocketAuthority,
} from "./authorities.js";
import { EntropyGrant } from "./entropy-grant.js";
import { TimeGrant } from "./time-grant.js";

export interface IoCap {
  readonly fetch?: FetchAuthority;
  readonly transport?: TransportAuthority;
  readonly storage?: StorageAuthority;
  readonly entropy?: EntropyAuthority;
  readonly time?: TimeAuthority;
  readonly unixSocket?: UnixSocketAuthority;
}

/** One token per member, the same for all programs. */
export const ioTokens: {
  readonly [Name in keyof Required<IoCap>]: IoToken<Required<IoCap>[Name]>;
} = /* @__PURE__ */ Object.freeze({
  fetch: new IoToken<FetchAuthority>("fetch", isWithin),
  transport: new IoToken<TransportAuthority>("transport", isWithin),
  storage: new IoToken<StorageAuthority>("storage", isWithin),
  entropy: new IoToken<EntropyAuthority>("entropy", isWithin),
  time: new IoToken<TimeAuthority>("time", isWithin),
  unixSocket: new IoToken<UnixSocketAuthority>("unixSocket", isWithin),
});

/** For the option `io` of `run` and of a region. */
export function grantsOf(cap: IoCap): IoGrants {
  const entries: [IoToken<never>, unknown][] = [];
  for (const name of Object.keys(ioTokens) as (keyof IoCap)[]) {
    const member = cap[name];
    if (member !== undefined) entries.push([ioTokens[name] as IoToken<never>, member]);
  }
  return new IoGrants(entries);
}

/** Nothing. */
export const noIo: IoCap = /* @__PURE__ */ Object.freeze({});

/** Virtual time and seeded chance, as in the lab: no network and no storage. */
export const labIo: IoCap = /* @__PURE__ */ Object.freeze({
  entropy: new EntropyAuthority(
    new EntropyGrant({ sources: ["seeded"], operations: ["bytes", "uuid"] }),
    "seeded",
  ),
  time: new TimeAuthority(
    new TimeGrant({
      sources: ["monotonic", "timer"],
      operations: ["now", "sleep", "interval"],
      monotonicOnly: true,
    }),
  ),
});

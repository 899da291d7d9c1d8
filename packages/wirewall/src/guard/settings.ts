// From the options of the command line to those of the gateway: which table bounds what.

import type { ClientLimitName } from "@wirewall/client";
import type { GatewayLimitName, GatewayOptions, ListenOptions } from "@wirewall/gateway";
import { limits as http1Limits, type Http1LimitName, type Http1Limits } from "@wirewall/http1";
import { limits as http2Limits, type Http2LimitName, type Http2Limits } from "@wirewall/http2";
import type { Preset } from "@wirewall/limits";
import type { ServerLimitName } from "@wirewall/server";
import type { LimitOverrides } from "../options/limits-file.js";

type Some<Name extends string> = { readonly [K in Name]?: number };

export interface GuardSettings {
  readonly preset: Preset;
  /** What a client may do, preset and file together. */
  readonly http1: Http1Limits;
  readonly gateway: Omit<GatewayOptions, "upstream">;
  readonly listen: ListenOptions;
}

export function guardSettings(overrides: LimitOverrides, preset: Preset): GuardSettings {
  const given = overridesOf<Http1LimitName>(overrides, "http1");
  const given2 = overridesOf<Http2LimitName>(overrides, "http2");
  const http1 = http1Limits.resolve(given, preset);
  const http2 = http2Limits.resolve(given2, preset);
  return {
    preset,
    http1,
    gateway: {
      preset,
      limits: overridesOf<GatewayLimitName>(overrides, "gateway"),
      pool: overridesOf<ClientLimitName>(overrides, "client"),
      upstreamHttp1: upstreamLimits(given, http1, http2),
      upstreamHttp2: upstreamHttp2Limits(given2, http2),
    },
    listen: {
      ...overridesOf<ServerLimitName>(overrides, "server"),
      limits: given,
      http2: given2,
      preset,
    },
  };
}

/** What bounds a message in both directions. */
const SIZES = [
  "maxRequestLineBytes",
  "maxStatusLineBytes",
  "maxMethodBytes",
  "maxFieldNameBytes",
  "maxTrailerBytes",
  "maxTrailerCount",
  "maxRetainedBytes",
  "maxQueuedOutputBytes",
] as const satisfies readonly Http1LimitName[];

/** What the gateway adds to the fields of a request. */
const ADDED_BYTES = 16_384;
const ADDED_COUNT = 32;

/**
 * What a client may send must fit through to the upstream, so that raising a limit raises it on both
 * sides; lowering one bounds clients only. Waits for the upstream are as they were set.
 */
function upstreamLimits(
  given: Some<Http1LimitName>,
  http1: Http1Limits,
  http2: Http2Limits,
): Some<Http1LimitName> {
  const normal = http1Limits.resolve();
  const values: { [K in Http1LimitName]?: number } = {};
  for (const name of SIZES) values[name] = Math.max(normal[name], http1[name]);
  for (const name of ["responseTimeoutMs", "bodyIdleTimeoutMs"] as const)
    if (given[name] !== undefined) values[name] = given[name];
  return {
    ...values,
    maxBodyBytes: Number.MAX_SAFE_INTEGER,
    maxHeaderBytes: raised("maxHeaderBytes", http2.maxHeaderListBytes, ADDED_BYTES),
    maxHeaderCount: raised("maxHeaderCount", http2.maxHeaderCount, ADDED_COUNT),
  };

  function raised(
    name: "maxHeaderBytes" | "maxHeaderCount",
    overHttp2: number,
    room: number,
  ): number {
    const max = http1Limits.table.find((entry) => entry.name === name)?.max ?? 0;
    return Math.min(max, Math.max(normal[name], http1[name], overHttp2) + room);
  }
}

/** The same where the upstream speaks HTTP/2. */
function upstreamHttp2Limits(
  given: Some<Http2LimitName>,
  http2: Http2Limits,
): Some<Http2LimitName> {
  const normal = http2Limits.resolve();
  const values: { [K in Http2LimitName]?: number } = { maxBodyBytes: Number.MAX_SAFE_INTEGER };
  for (const name of ["maxHeaderListBytes", "maxHeaderCount", "maxRetainedBytes"] as const)
    values[name] = Math.max(normal[name], http2[name]);
  if (given.streamStallTimeoutMs !== undefined)
    values.streamStallTimeoutMs = given.streamStallTimeoutMs;
  return values;
}

/** The file was validated by the table of that owner. */
function overridesOf<Name extends string>(overrides: LimitOverrides, owner: string): Some<Name> {
  return (overrides.get(owner) ?? {}) as Some<Name>;
}

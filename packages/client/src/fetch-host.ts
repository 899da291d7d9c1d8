// The network of an authorised fetch on Node: our pool, whose connections are pinned, under the bounds of the grant.

import {
  AuthorityError,
  type AuthorityLimits,
  type Fetch,
  type FetchGrant,
  type FetchHost,
  type Send,
} from "@wirewall/authority";
import { FetchAuthority } from "@wirewall/authority";
import { fieldName, fieldValue } from "@wirewall/fields";
import { platformClock, type ClockTimer } from "@wirewall/host";
import { limits as http1Limits } from "@wirewall/http1";
import type { TraceSink } from "@wirewall/trace";
import { ClientError } from "./errors.js";
import { identify, type Identity } from "./identity.js";
import { pinnedDial } from "./pinned-dial.js";
import { Pool } from "./pool.js";
import type { ContentSource } from "./request.js";
import { systemResolver, type ResolveName } from "./resolve-name.js";
import { webResponse } from "./web-response.js";

export interface NodeFetchOptions {
  /** The system's if absent. */
  readonly resolve?: ResolveName;
  readonly trace?: TraceSink;
}

/** Senders over pools of their own, which `close` ends. */
export class NodeFetchHost implements FetchHost {
  readonly pins: boolean = true;
  readonly adds: readonly (readonly [name: string, value: string])[] = [
    ["accept-encoding", "br, gzip, deflate"],
  ];
  readonly #resolve: ResolveName;
  readonly #pools: Set<Pool> = new Set();
  readonly trace?: TraceSink;

  constructor(options: NodeFetchOptions = {}) {
    this.#resolve = options.resolve ?? systemResolver;
    if (options.trace !== undefined) this.trace = options.trace;
  }

  now(): number {
    return platformClock.now();
  }

  after(ms: number, run: () => void): unknown {
    return platformClock.after(ms, run, undefined);
  }

  clear(timer: unknown): void {
    platformClock.clear(timer as ClockTimer | undefined);
  }

  sendFor(grant: FetchGrant): Send {
    const pool = new Pool(poolOptions(grant.limits), {
      clock: platformClock,
      dial: pinnedDial(grant, this.#resolve),
    });
    this.#pools.add(pool);
    return senderOver(pool);
  }

  /** Ends what is idle at once, and the rest after `timeoutMs`. */
  async close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    await Promise.all([...this.#pools].map((pool) => pool.close(options)));
  }
}

/** A `fetch` that has a grant and nothing else, over sockets of this process. */
export function authorityFetch(
  grant: FetchGrant,
  options: NodeFetchOptions = {},
): { readonly fetch: Fetch; readonly close: () => Promise<void> } {
  const host = new NodeFetchHost(options);
  const { fetch } = new FetchAuthority(grant, host);
  return { fetch, close: () => host.close() };
}

const MOST_IDENTITIES = 256;

function senderOver(pool: Pool): Send {
  const identities = new Map<string, Identity>();
  const identityOf = (url: URL): Identity => {
    const known = identities.get(url.origin);
    if (known !== undefined) return known;
    if (identities.size === MOST_IDENTITIES) identities.clear();
    const identity = identify(url.origin);
    identities.set(url.origin, identity);
    return identity;
  };
  return async (href, init) => {
    const url = new URL(href);
    const { method = "GET", headers, body, signal } = init;
    if (init.integrity !== undefined && init.integrity !== "")
      throw new TypeError("fetch: integrity: is not checked on this platform");
    try {
      const response = await pool.request(identityOf(url), {
        method,
        target: `${url.pathname}${url.search}`,
        fields: (headers as [string, string][]).map(
          ([name, value]) => [fieldName(name), fieldValue(value)] as const,
        ),
        ...(body === undefined || body === null
          ? undefined
          : { content: body as unknown as Uint8Array | ContentSource }),
        ...(signal === undefined || signal === null ? undefined : { signal }),
      });
      return webResponse(response, method);
    } catch (error) {
      throw reasonOf(error);
    }
  };
}

/** Why an address was denied, or a caller gave up, and not that it was told to the pool. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof ClientError)) return error;
  const { cause, code } = error;
  if (cause instanceof AuthorityError) return cause;
  return code === "client.aborted" && cause !== undefined ? cause : error;
}

function poolOptions(limits: AuthorityLimits): ConstructorParameters<typeof Pool>[0] {
  const { maxResponseBytes, maxResponseHeaderBytes, maxResponseHeaderCount } = limits;
  const row = (name: string) => http1Limits.table.find((each) => each.name === name);
  const within = (name: string, value: number): number =>
    Math.min(Math.max(value, row(name)?.min ?? 1), row(name)?.max ?? value);
  return {
    limits: {
      connectTimeoutMs: limits.connectTimeoutMs,
      maxCodingCount: limits.maxContentCodingCount,
      maxDecodedBytes: limits.maxDecodedBytes,
      maxInflateRatio: limits.maxInflateRatio,
      inflateFloorBytes: limits.inflateFloorBytes,
    },
    http1: {
      maxBodyBytes: within("maxBodyBytes", maxResponseBytes),
      // Its figure counts what stands between names and values as well.
      maxHeaderBytes: within("maxHeaderBytes", maxResponseHeaderBytes + 4 * maxResponseHeaderCount),
      maxHeaderCount: within("maxHeaderCount", maxResponseHeaderCount),
    },
  };
}

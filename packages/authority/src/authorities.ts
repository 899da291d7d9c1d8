// Grants with the means to use them: what a program is given, and all that it needs to know.

import type { Cx } from "@wirewall/runtime";
import type { TraceSink } from "@wirewall/trace";
import { authorize, type Fetch, type FetchPlatform, type Send } from "./authorize.js";
import {
  authorizeStorage,
  type AuthorizedStorage,
  type StoragePlatform,
} from "./authorized-storage.js";
import { AuthorityError, isDenial, tellDenial, type Denial } from "./denials.js";
import {
  judgeEntropy,
  type EntropyGrant,
  type EntropyGrantOptions,
  type EntropySource,
} from "./entropy-grant.js";
import type { FetchGrant, FetchGrantOptions } from "./fetch-grant.js";
import { descendsFrom } from "./grant-options.js";
import type { StorageGrant, StorageGrantOptions } from "./storage-grant.js";
import { judgeTime, type TimeGrant, type TimeGrantOptions, type TimeSource } from "./time-grant.js";
import {
  judgeTransport,
  type AllowedTransport,
  type TransportGrant,
  type TransportGrantOptions,
  type TransportKind,
  type TransportQuestion,
} from "./transport-grant.js";
import {
  judgeUnixSocket,
  type UnixSocketGrant,
  type UnixSocketGrantOptions,
} from "./unix-socket-grant.js";

/** What makes senders: one for each grant, since it connects only to what that grant allows. */
export interface FetchHost extends FetchPlatform {
  sendFor(grant: FetchGrant): Send;
}

/** The right to fetch, with a `fetch` that has it. */
export class FetchAuthority {
  readonly grant: FetchGrant;
  readonly fetch: Fetch;
  readonly #host: FetchHost;

  constructor(grant: FetchGrant, host: FetchHost) {
    this.grant = grant;
    this.#host = host;
    this.fetch = authorize(host.sendFor(grant), grant, host);
    Object.freeze(this);
  }

  /** @throws RangeError for more than is held. */
  narrow(options: FetchGrantOptions): FetchAuthority {
    return new FetchAuthority(this.grant.narrow(options), this.#host);
  }
}

/** Opens what stays open, through a gate that the opener cannot pass by. */
export class TransportAuthority<Connection = unknown> {
  readonly grant: TransportGrant;
  readonly #open: (allowed: AllowedTransport, question: TransportQuestion) => Connection;
  readonly #supported: readonly TransportKind[];
  readonly #trace: TraceSink | undefined;

  constructor(
    grant: TransportGrant,
    open: (allowed: AllowedTransport, question: TransportQuestion) => Connection,
    supported: readonly TransportKind[] = ["websocket"],
    trace?: TraceSink,
  ) {
    this.grant = grant;
    this.#open = open;
    this.#supported = supported;
    this.#trace = trace;
    Object.freeze(this);
  }

  /** @throws AuthorityError for what was not granted. */
  open(question: TransportQuestion): Connection {
    const judged = judgeTransport(this.grant, question, this.#supported);
    if (isDenial(judged)) throw refused(this.#trace, judged);
    return this.#open(judged as AllowedTransport, question);
  }

  /** @throws RangeError for more than is held. */
  narrow(options: TransportGrantOptions): TransportAuthority<Connection> {
    const grant = this.grant.narrow(options);
    return new TransportAuthority(grant, this.#open, this.#supported, this.#trace);
  }
}

export class StorageAuthority {
  readonly grant: StorageGrant;
  readonly storage: AuthorizedStorage;
  readonly #platform: StoragePlatform;

  constructor(grant: StorageGrant, platform: StoragePlatform) {
    this.grant = grant;
    this.#platform = platform;
    this.storage = authorizeStorage(grant, platform);
    Object.freeze(this);
  }

  /** @throws RangeError for more than is held. */
  narrow(options: StorageGrantOptions): StorageAuthority {
    return new StorageAuthority(this.grant.narrow(options), this.#platform);
  }
}

/** Chance, of the host of whoever asks: secure where that is live, seeded in the lab. */
export class EntropyAuthority {
  readonly grant: EntropyGrant;
  readonly source: EntropySource;
  readonly #trace: TraceSink | undefined;

  constructor(grant: EntropyGrant, source: EntropySource, trace?: TraceSink) {
    this.grant = grant;
    this.source = source;
    this.#trace = trace;
    Object.freeze(this);
  }

  /** @throws AuthorityError for what was not granted. */
  bytes(cx: Cx<"random">, count: number): Uint8Array {
    const question = { source: this.source, operation: "bytes", bytes: count } as const;
    const denial = judgeEntropy(this.grant, question);
    if (denial !== undefined) throw refused(this.#trace, denial);
    const bytes = new Uint8Array(count);
    cx.fill(bytes);
    return bytes;
  }

  /** RFC 9562 §5.4. @throws AuthorityError for what was not granted. */
  uuid(cx: Cx<"random">): string {
    const question = { source: this.source, operation: "uuid", bytes: 16 } as const;
    const denial = judgeEntropy(this.grant, question);
    if (denial !== undefined) throw refused(this.#trace, denial);
    const bytes = new Uint8Array(16);
    cx.fill(bytes);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /** @throws RangeError for more than is held. */
  narrow(options: EntropyGrantOptions): EntropyAuthority {
    return new EntropyAuthority(this.grant.narrow(options), this.source, this.#trace);
  }
}

/** Time, of the host of whoever asks. */
export class TimeAuthority {
  readonly grant: TimeGrant;
  readonly #trace: TraceSink | undefined;

  constructor(grant: TimeGrant, trace?: TraceSink) {
    this.grant = grant;
    this.#trace = trace;
    Object.freeze(this);
  }

  /** Milliseconds: since 1970 by the wall clock, since whenever by the other. @throws AuthorityError */
  now(cx: Cx<"io">, source: "wall" | "monotonic" = "monotonic"): number {
    this.#judge(source, "now");
    const host = cx.host();
    return source === "wall" ? host.wallTime() : host.now() / 1_000;
  }

  /** @throws AuthorityError for what was not granted. */
  async sleep(cx: Cx<"time">, durationMs: number): Promise<void> {
    this.#judge("timer", "sleep", durationMs);
    await cx.sleep(durationMs);
  }

  /** @throws RangeError for more than is held. */
  narrow(options: TimeGrantOptions): TimeAuthority {
    return new TimeAuthority(this.grant.narrow(options), this.#trace);
  }

  #judge(source: TimeSource, operation: "now" | "sleep", durationMs?: number): void {
    const question =
      durationMs === undefined ? { source, operation } : { source, operation, durationMs };
    const denial = judgeTime(this.grant, question);
    if (denial !== undefined) throw refused(this.#trace, denial);
  }
}

export interface UnixSocketPlatform<Connection> {
  connect(path: string): Connection;
  /** Where a path leads by the links of the file system; asked only for paths that are granted. */
  resolve?(path: string): string;
  readonly trace?: TraceSink;
}

/** Connects to sockets of this machine, through a gate that the connector cannot pass by. */
export class UnixSocketAuthority<Connection = unknown> {
  readonly grant: UnixSocketGrant;
  readonly #platform: UnixSocketPlatform<Connection>;

  constructor(grant: UnixSocketGrant, platform: UnixSocketPlatform<Connection>) {
    this.grant = grant;
    this.#platform = platform;
    Object.freeze(this);
  }

  /** @throws AuthorityError for what was not granted. */
  connect(path: string): Connection {
    const { connect, resolve, trace } = this.#platform;
    const denial =
      judgeUnixSocket(this.grant, path) ?? judgeUnixSocket(this.grant, path, resolve?.(path));
    if (denial !== undefined) throw refused(trace, denial);
    return connect(path);
  }

  /** @throws RangeError for more than is held. */
  narrow(options: UnixSocketGrantOptions): UnixSocketAuthority<Connection> {
    return new UnixSocketAuthority(this.grant.narrow(options), this.#platform);
  }
}

/** Whether an authority is another, or was made of it by narrowing. */
export function isWithin(
  held: { readonly grant: object },
  asked: { readonly grant: object },
): boolean {
  return descendsFrom(held.grant, asked.grant);
}

function refused(trace: TraceSink | undefined, denial: Denial): AuthorityError {
  tellDenial(trace, denial, 0);
  return new AuthorityError(denial);
}

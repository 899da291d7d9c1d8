// Connects to what was judged and to nothing else: a name is resolved once, every answer is judged, only those are dialled,
// and whoever is connected in the end is compared with them. A resolver that changes its mind is asked once.

import {
  AuthorityError,
  judgeAnswers,
  UnixSocketGrant,
  type Denial,
  type FetchGrant,
  type GrantedOrigin,
} from "@wirewall/authority";
import { isIP, Socket, type LookupFunction } from "node:net";
import type { Identity } from "./identity.js";
import { openSocket, type Dial } from "./open-socket.js";
import { bytesOf, type Answers, type ResolveName } from "./resolve-name.js";
import { judgeResolved } from "./unix-sockets.js";

interface Kept extends Answers {
  readonly until: number;
}

const MOST_NAMES = 1_024;

/**
 * A dial for a pool whose connections stay within a grant.
 *
 * @param sockets those with a path to which an origin that is granted may lead; none if absent.
 */
export function pinnedDial(
  grant: FetchGrant,
  resolve: ResolveName,
  sockets: UnixSocketGrant = UnixSocketGrant.none,
): Dial {
  const gate = new AddressGate(grant, resolve, sockets);
  return (identity, ready) => {
    const { dialled, lookup } = gate.open(identity);
    const denied = gate.judgeLiteral(identity, dialled);
    if (denied !== undefined) return refusedSocket(denied);
    const socket: Socket = openSocket(
      identity,
      () => {
        const denial = gate.judgePeer(identity, dialled, socket.remoteAddress);
        if (denial === undefined) ready();
        else socket.destroy(new AuthorityError(denial));
      },
      lookup,
    );
    return socket;
  };
}

/** One that is never connected: nothing is sent to whom it would have reached. */
function refusedSocket(denial: Denial): Socket {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(new AuthorityError(denial)));
  return socket;
}

/** What one connection may reach. */
interface Opening {
  readonly dialled: Set<string>;
  readonly lookup: LookupFunction;
}

/** Resolves and judges for all connections of one grant. */
class AddressGate {
  readonly #grant: FetchGrant;
  readonly #resolve: ResolveName;
  readonly #sockets: UnixSocketGrant;
  readonly #kept: Map<string, Kept> = new Map();

  constructor(grant: FetchGrant, resolve: ResolveName, sockets: UnixSocketGrant) {
    this.#grant = grant;
    this.#resolve = resolve;
    this.#sockets = sockets;
  }

  open(identity: Identity): Opening {
    const dialled = new Set<string>();
    return {
      dialled,
      lookup: (name, options, callback) => {
        this.#answer(name).then(
          ({ addresses }) => {
            const denial = this.#judge(identity, addresses);
            if (denial !== undefined) return callback(new AuthorityError(denial), "", 4);
            for (const bytes of addresses) dialled.add(keyOf(bytes));
            const list = addresses.map((bytes) => ({
              address: textOf(bytes),
              family: bytes.length === 4 ? 4 : 6,
            }));
            if (options.all === true) callback(null, list);
            else callback(null, list[0]?.address ?? "", list[0]?.family);
          },
          (error: NodeJS.ErrnoException) => callback(error, "", 4),
        );
      },
    };
  }

  judgeLiteral(identity: Identity, dialled: Set<string>): Denial | undefined {
    if (identity.path !== undefined)
      return this.#grantedOrigin(identity) === undefined
        ? notGranted(identity, "origin")
        : judgeResolved(this.#sockets, identity.path);
    if (isIP(identity.host) === 0) return undefined;
    const bytes = bytesOf(identity.host);
    dialled.add(keyOf(bytes));
    return this.#judge(identity, [bytes]);
  }

  /** Whoever is at the other end has to be one of those that were judged. */
  judgePeer(
    identity: Identity,
    dialled: ReadonlySet<string>,
    peer: string | undefined,
  ): Denial | undefined {
    if (identity.path !== undefined) return undefined;
    const bytes = bytesOf(peer?.replace(/%.*$/, "") ?? "");
    return dialled.has(keyOf(bytes)) ? undefined : notGranted(identity, "peer");
  }

  #judge(identity: Identity, addresses: readonly Uint8Array[]): Denial | undefined {
    const granted = this.#grantedOrigin(identity);
    if (granted === undefined) return notGranted(identity, "origin");
    return judgeAnswers(this.#grant, urlOf(identity), granted, addresses);
  }

  #grantedOrigin(identity: Identity): GrantedOrigin | undefined {
    const { protocol, host } = urlOf(identity);
    const { origins } = this.#grant;
    return (
      origins.get(`${protocol}//${host}`) ??
      (identity.scheme === "https" ? origins.get("*") : undefined)
    );
  }

  /** Of the same name, for as long as the answer lives and at most as long as is granted. */
  async #answer(name: string): Promise<Answers> {
    const { dnsTimeoutMs, maxAnswerAgeMs } = this.#grant.limits;
    const now = performance.now();
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.until > now) return kept;
    const answers = await within(this.#resolve(name), dnsTimeoutMs);
    this.#kept.delete(name);
    if (answers.ageMs > 0) {
      if (this.#kept.size >= MOST_NAMES) this.#kept.clear();
      const until = now + Math.min(answers.ageMs, maxAnswerAgeMs);
      this.#kept.set(name, { ...answers, until });
    }
    return answers;
  }
}

function urlOf({ scheme, authority }: Identity): URL {
  return new URL(`${scheme}://${authority}`);
}

function notGranted(identity: Identity, reason: string): Denial {
  return {
    type: "denial",
    name: "AddressDenied",
    code: "authority.fetch.address-denied",
    origin: `${identity.scheme}://${identity.authority}`,
    reason,
  };
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = Object.assign(new Error("the resolver did not answer"), { code: "ENOTFOUND" });
    const timer = setTimeout(() => reject(late), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** An IPv4 address that is written as a mapped one is the same peer. */
function keyOf(bytes: Uint8Array): string {
  const isMapped =
    bytes.length === 16 && bytes.subarray(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 255));
  return (isMapped ? bytes.subarray(12) : bytes).join(".");
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return Array.from({ length: 8 }, (_, at) => view.getUint16(at * 2).toString(16)).join(":");
}

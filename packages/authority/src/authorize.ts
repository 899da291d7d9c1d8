// A `fetch` that reaches what its grant allows: every request and every redirect is judged before it is sent, and
// what comes back is bounded in size and time.

import type { TraceSink } from "@wirewall/trace";
import { boundedResponse, exceeded, judgeHead, type Transfer } from "./bounded-response.js";
import { AuthorityError, deny, isDenial, tellDenial, type Denial } from "./denials.js";
import { isFetchGrant, type FetchGrant } from "./fetch-grant.js";
import { judgeFetch, type AllowedFetch } from "./judge-fetch.js";
import type { AuthorityLimitName } from "./limits.js";
import { boundedUpload, readRequest, type PlainRequest } from "./plain-request.js";
import { isRedirect, nextHop, type Hop } from "./redirect.js";

/** WHATWG `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What sends one request: the platform's `fetch`, or one with the same signature. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchPlatform {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls back after so many milliseconds; what it returns is given to `clear`. */
  after(ms: number, run: () => void): unknown;
  clear(timer: unknown): void;
  /** Whether what sends connects only to addresses that this grant has judged. */
  readonly pins: boolean;
  /** Field lines that are sent where the caller says nothing of them, and are counted with the others. */
  readonly adds?: readonly (readonly [name: string, value: string])[];
  readonly trace?: TraceSink;
}

/** @throws TypeError for a grant that is none. */
export function authorize(send: Send, grant: FetchGrant, platform: FetchPlatform): Fetch {
  if (!isFetchGrant(grant)) throw new TypeError("grant: expected a FetchGrant");
  return async (input, init) => {
    try {
      const request = await readRequest(input, init, grant.limits);
      return await new AuthorizedRequest(send, grant, platform, request).run();
    } catch (error) {
      if (error instanceof AuthorityError)
        tellDenial(platform.trace, error.denial, Math.floor(platform.now() * 1_000));
      throw error;
    }
  };
}

class AuthorizedRequest implements Transfer {
  readonly #send: Send;
  readonly #grant: FetchGrant;
  readonly #platform: FetchPlatform;
  readonly #request: PlainRequest;
  readonly #controller: AbortController = new AbortController();
  readonly #onAbort: () => void = () => this.fail(this.#request.signal?.reason);
  #total: unknown;
  #step: unknown;
  #hasEnded = false;
  #reason: unknown;

  constructor(send: Send, grant: FetchGrant, platform: FetchPlatform, request: PlainRequest) {
    this.#send = send;
    this.#grant = grant;
    this.#platform = platform;
    this.#request = request;
  }

  get reason(): unknown {
    return this.#reason;
  }

  async run(): Promise<Response> {
    const { signal } = this.#request;
    signal?.throwIfAborted();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    try {
      this.#total = this.#expire("totalTimeoutMs");
      return await this.#follow();
    } catch (error) {
      this.fail(error);
      throw this.#reason;
    }
  }

  async #follow(): Promise<Response> {
    const { url, method, fields, content, credentials, redirect } = this.#request;
    let hop: Hop = { url, method, fields: this.#withAdded(fields), content, credentials };
    for (let count = 0; ; count++) {
      const allowed = this.#judge(hop);
      const response = await this.#sendHop(hop, allowed);
      const origin = allowed.origin.origin;
      if (response.type === "opaqueredirect") throw denied("opaque", origin);
      const location = isRedirect(response.status) ? response.headers.get("location") : null;
      if (location === null || redirect === "manual")
        return this.#deliver(response, allowed, count);
      response.body?.cancel().catch(() => {});
      if (redirect === "error") throw denied("unwanted", origin);
      const { maxRedirectCount } = this.#grant.limits;
      if (count === maxRedirectCount) {
        const bound = { limit: "maxRedirectCount", max: maxRedirectCount, observed: count + 1 };
        throw new AuthorityError(deny("fetch", "RedirectDenied", { reason: "count", ...bound }));
      }
      const next = nextHop(
        this.#grant,
        { ...hop, method: allowed.method },
        allowed.url,
        response.status,
        location,
      );
      if (isDenial(next)) throw new AuthorityError(next);
      hop = next;
    }
  }

  /** What Fetch §5.6 adds; here it is counted. */
  #withAdded(fields: PlainRequest["fields"]): PlainRequest["fields"] {
    const names = new Set(fields.map(([name]) => name.toLowerCase()));
    const added = [...(this.#platform.adds ?? []), ["accept", "*/*"] as const];
    return [...fields, ...added.filter(([name]) => !names.has(name))];
  }

  #judge({ url, method, fields, credentials }: Hop): AllowedFetch {
    const asksForCredentials = credentials === "include";
    const judged = judgeFetch(this.#grant, { url, method, fields, asksForCredentials });
    if (judged.type === "denial") throw new AuthorityError(judged);
    if (!this.#platform.pins && this.#grant.pinning === "required") {
      const { origin } = judged.origin;
      throw new AuthorityError(deny("fetch", "AddressDenied", { origin, reason: "not-pinned" }));
    }
    return judged;
  }

  async #sendHop(hop: Hop, { url, method, origin }: AllowedFetch): Promise<Response> {
    const { content } = hop;
    const { limits } = this.#grant;
    this.#step = this.#expire("firstByteTimeoutMs");
    const isStream = content instanceof ReadableStream;
    const response = await this.#send(url.href, {
      ...this.#request.rest,
      method,
      headers: hop.fields as [string, string][],
      redirect: "manual",
      // Without a grant for them the platform's cookies stay where they are.
      credentials: origin.credentials ? hop.credentials : "omit",
      signal: this.#controller.signal,
      ...(content === undefined
        ? undefined
        : { body: isStream ? boundedUpload(content, limits.maxRequestBodyBytes) : content }),
      ...(isStream ? { duplex: "half" } : undefined),
    } as RequestInit);
    this.pieceCame();
    return response;
  }

  #deliver(response: Response, { url, origin }: AllowedFetch, redirects: number): Response {
    const { limits } = this.#grant;
    const fault: Denial | undefined = judgeHead(response.headers, limits, origin.origin);
    if (fault !== undefined) {
      response.body?.cancel().catch(() => {});
      throw new AuthorityError(fault);
    }
    return boundedResponse(response, url.href, redirects > 0, limits, this);
  }

  waitForPiece(): void {
    this.#step = this.#expire("chunkTimeoutMs");
  }

  pieceCame(): void {
    if (this.#step === undefined) return;
    this.#platform.clear(this.#step);
    this.#step = undefined;
  }

  fail(error: unknown): void {
    if (this.#hasEnded) return;
    this.#reason ??= error;
    this.end();
    this.#controller.abort(this.#reason);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.pieceCame();
    this.#platform.clear(this.#total);
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
  }

  #expire(limit: AuthorityLimitName): unknown {
    if (this.#hasEnded) return undefined;
    const { limits } = this.#grant;
    return this.#platform.after(limits[limit], () =>
      this.fail(new AuthorityError(exceeded(limit, limits))),
    );
  }
}

function denied(reason: string, origin: string): AuthorityError {
  return new AuthorityError(deny("fetch", "RedirectDenied", { reason, origin }));
}

// A Response that is built only if somebody looks inside it. `instanceof Response` holds, and one
// whose body is text, bytes or nothing is answered without a stream. Using it is optional: the
// platform's Response is answered as well, and stays what it is.

import { inheritWeb } from "./inherit-web.js";

/** The platform's, also where an application puts the light one in its place. */
const PlatformResponse: typeof globalThis.Response = globalThis.Response;

type WebResponse = InstanceType<typeof PlatformResponse>;
type WebResponseInit = NonNullable<ConstructorParameters<typeof PlatformResponse>[1]>;
type WebBody = ConstructorParameters<typeof PlatformResponse>[0];

/** What is needed to answer without looking at the real Response. */
export interface PlainResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: WebResponseInit["headers"] | Headers;
  readonly body: string | Uint8Array | undefined;
}

class LightResponse {
  readonly #body: WebBody | undefined;
  readonly #status: number;
  readonly #statusText: string;
  readonly #init: WebResponseInit | undefined;
  #headers: Headers | undefined;
  #real: WebResponse | undefined;

  constructor(body?: WebBody, init?: WebResponseInit) {
    this.#body = body ?? undefined;
    this.#init = init;
    this.#status = init?.status ?? 200;
    this.#statusText = init?.statusText ?? "";
    const simple = typeof body === "string" || body instanceof Uint8Array || body === undefined;
    // Whatever the standard refuses, it refuses now.
    if (
      !(simple || body === null) ||
      !Number.isInteger(this.#status) ||
      this.#status < 200 ||
      this.#status > 599 ||
      this.#statusText !== "" ||
      (body !== null && body !== undefined && isNullBodyStatus(this.#status))
    )
      this.#real = new PlatformResponse(body, init);
  }

  get status(): number {
    return this.#status;
  }

  get ok(): boolean {
    return this.#status < 300;
  }

  get statusText(): string {
    return this.#statusText;
  }

  get type(): string {
    return this.#real?.type ?? "default";
  }

  get url(): string {
    return "";
  }

  get redirected(): boolean {
    return false;
  }

  get headers(): Headers {
    if (this.#real !== undefined) return this.#real.headers;
    if (this.#headers === undefined) {
      this.#headers = new Headers(this.#init?.headers);
      if (typeof this.#body === "string" && !this.#headers.has("content-type"))
        this.#headers.set("content-type", TEXT);
    }
    return this.#headers;
  }

  get bodyUsed(): boolean {
    return this.#real?.bodyUsed ?? false;
  }

  /** The parts, unless a real Response was made of them. */
  static plain(response: object): PlainResponse | undefined {
    if (!(#real in response) || response.#real !== undefined) return undefined;
    const body = response.#body;
    return {
      status: response.#status,
      statusText: response.#statusText,
      headers: response.#headers ?? response.#init?.headers,
      body: typeof body === "string" || body instanceof Uint8Array ? body : undefined,
    };
  }

  static real(response: LightResponse): WebResponse {
    response.#real ??= new PlatformResponse(response.#body, {
      status: response.#status,
      headers: response.headers,
    });
    return response.#real;
  }

  static json(data: unknown, init?: WebResponseInit): WebResponse {
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new TypeError("Response.json: expected a value that JSON has");
    const headers = new Headers(init?.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(text, { ...init, headers });
  }

  static redirect(url: string | URL, status?: number): WebResponse {
    return PlatformResponse.redirect(url, status as 302);
  }

  static error(): WebResponse {
    return PlatformResponse.error();
  }
}

inheritWeb(LightResponse, PlatformResponse, LightResponse.real);

/** The content type of text (Fetch §5.2). */
export const TEXT = "text/plain;charset=UTF-8";

/** The parts of one of our own responses that nobody looked inside, or undefined. */
export const plainResponse: (response: object) => PlainResponse | undefined = LightResponse.plain;

export const Response: typeof PlatformResponse =
  LightResponse as unknown as typeof PlatformResponse;

export function isNullBodyStatus(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

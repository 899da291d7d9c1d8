// Responses in the order of the requests (RFC 9112 §4 to §7, §9.2). The method of the request
// decides about framing, so a FIFO of what was asked is kept; bytes that nobody asked for end it.

import { byteString } from "@wirewall/bytes";
import { Fields, readContentLength } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import { persists, readConnection } from "./connection-options.js";
import type { HttpVersion, Informational, ResponseEvent, ResponseHead } from "./events.js";
import { DONE, MORE } from "./field-lines.js";
import { lengthLimitHit, readTransferCoding } from "./framing.js";
import { CONTENT_LENGTH, TRANSFER_ENCODING } from "./known-names.js";
import { MessageDecoder, type HeadResult } from "./message-decoder.js";
import type { Http1Options } from "./options.js";
import { StatusLine } from "./status-line.js";
import { closeReply, refuse, type Http1Code, type Http1Violation } from "./violations.js";

interface Asked {
  readonly method: string;
  readonly upgrade: boolean;
  readonly notBefore: number;
}

/** Decodes the responses of one connection. */
export class ResponseDecoder extends MessageDecoder<ResponseHead | Informational> {
  readonly #line: StatusLine;
  readonly #asked: Asked[] = [];
  #inFields = false;
  #informational = 0;
  #keepAlive = true;

  constructor(options: Http1Options = {}) {
    super(options, false);
    this.#line = new StatusLine(this.limits);
    this.patience.begin("nothing");
  }

  override next(now?: number): ResponseEvent | Http1Violation | undefined {
    return super.next(now) as ResponseEvent | Http1Violation | undefined;
  }

  /**
   * Says that a request of that method was sent. `upgrade` says that it asked to switch protocols,
   * which makes a 101 legal. Its response does not begin before the offset `notBefore`: what had
   * arrived when the request was sent cannot be an answer to it.
   */
  expect(method: string, upgrade = false, notBefore = 0): void {
    this.#asked.push({ method, upgrade, notBefore });
    if (this.#asked.length === 1 && !this.inMessage) this.patience.begin("response", true);
  }

  /** Says that all requests have left, at `now`: a response is waited for from then on. */
  requestSent(now: number | undefined): void {
    this.patience.tell(now);
    if (this.patience.wait === "response") this.patience.begin("response", true);
  }

  /** Requests whose final response is not complete. */
  get expected(): number {
    return this.#asked.length;
  }

  /** Whether the last response let the connection persist. */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  refusal(code: Http1Code, offset: number, limit?: LimitHit): Http1Violation {
    return refuse(code, offset, limit, closeReply);
  }

  protected admit(offset: number): Http1Violation | undefined {
    const asked = this.#asked[0];
    return asked === undefined || offset < asked.notBefore || !this.#keepAlive
      ? this.refusal("http1.response.unsolicited", offset)
      : undefined;
  }

  protected restWait(): "response" | "nothing" {
    this.#asked.shift();
    this.#informational = 0;
    return this.#asked.length === 0 ? "nothing" : "response";
  }

  protected readonly headIsBlank: boolean = false;
  protected readonly isLast: boolean = false;

  protected startHead(): void {
    this.#line.start();
    this.#inFields = false;
  }

  protected readHead(
    bytes: Uint8Array,
    origin: number,
    end: number,
  ): HeadResult<ResponseHead | Informational> {
    const line = this.#line;
    const lines = this.lines;
    const base = this.input.base + origin;
    if (!this.#inFields) {
      const result = line.scan(bytes, origin, end);
      if (result === MORE) return undefined;
      if (result !== DONE) return this.refusal(line.code, base + line.faultAt, line.limit);
      lines.start(line.at);
      this.#inFields = true;
    }
    const result = lines.scan(this.input, origin, end);
    if (result === MORE) return undefined;
    if (result !== DONE) return this.refusal(lines.code, base + lines.faultAt, lines.limit);
    return this.#judge(bytes, origin, base);
  }

  /** The first line of framing that is one too many, or stands beside one that it contradicts. */
  #faultyLine(base: number): Http1Violation | undefined {
    const { lines } = this;
    let hasLength = false;
    let hasCoding = false;
    for (let line = 0; line < lines.count; line++) {
      const place = lines.placeAt(line);
      if (place !== CONTENT_LENGTH && place !== TRANSFER_ENCODING) continue;
      const offset = base + lines.lineStart(line);
      const isLength = place === CONTENT_LENGTH;
      if (isLength ? hasCoding : hasLength) return this.refusal("http1.framing.conflict", offset);
      if (isLength ? hasLength : hasCoding)
        return this.refusal(isLength ? "http1.framing.length" : "http1.framing.coding", offset);
      if (isLength) hasLength = true;
      else hasCoding = true;
    }
    return undefined;
  }

  #judge(
    bytes: Uint8Array,
    origin: number,
    base: number,
  ): ResponseHead | Informational | Http1Violation {
    const { status, version, reasonStart, reasonEnd } = this.#line;
    const lines = this.lines;
    const isAscii = !lines.hasObsText && !this.#line.hasObsText;
    const text = byteString(bytes, origin, origin + lines.at, isAscii);
    const reason = text.slice(reasonStart, reasonEnd);
    const flat = lines.strings(text, 0);

    const { length, coding, connection, doubtful } = lines.deciding;
    if (doubtful) {
      const fault = this.#faultyLine(base);
      if (fault !== undefined) return fault;
    }
    const valueOf = (at: number): string => flat[at * 2 + 1] ?? "";

    let contentLength: number | undefined;
    if (length !== -1) {
      const value = valueOf(length);
      const { maxContentLengthDigits } = this.limits;
      contentLength = readContentLength(value, maxContentLengthDigits);
      if (contentLength === undefined)
        return this.refusal(
          "http1.framing.length",
          base + lines.valueStart(length),
          lengthLimitHit(value, maxContentLengthDigits),
        );
    }
    if (coding !== -1) {
      if (version === "1.0")
        return this.refusal("http1.framing.version", base + lines.lineStart(coding));
      if (readTransferCoding(valueOf(coding)) !== "chunked")
        return this.refusal("http1.framing.coding", base + lines.valueStart(coding));
    }

    const asked = this.#asked[0];
    const tunnels = asked?.method === "CONNECT" && status >= 200 && status < 300;
    const framed = length !== -1 || coding !== -1;
    if (framed && (status < 200 || status === 204 || tunnels))
      return this.refusal(
        "http1.framing.forbidden",
        base + lines.lineStart(length === -1 ? coding : length),
      );

    const fields = Fields.adopt(flat);
    if (status < 200) return this.#judgeInformational(status, reason, fields, base, asked);

    let keepAlive = version === "1.1";
    if (connection !== -1) {
      const options = readConnection(flat, connection);
      if (options === undefined)
        return this.refusal("http1.field.value", base + lines.valueStart(connection));
      keepAlive = persists(options, version);
    }

    const bare = asked?.method === "HEAD" || status === 204 || status === 304 || tunnels;
    const framing = bare
      ? "none"
      : coding !== -1
        ? "chunked"
        : length !== -1
          ? "length"
          : "until-close";
    if (framing === "length" && (contentLength ?? 0) > this.limits.maxBodyBytes)
      return this.refusal("http1.body.too-large", base + lines.valueStart(length), {
        name: "maxBodyBytes",
        max: this.limits.maxBodyBytes,
        observed: contentLength ?? 0,
      });
    if (framing === "until-close") keepAlive = false;
    this.#keepAlive = keepAlive;
    if (tunnels) this.frameTunnel();
    else this.frame(framing, contentLength);
    return head(status, reason, version, fields, framing, contentLength, keepAlive);
  }

  #judgeInformational(
    status: number,
    reason: string,
    fields: Fields,
    base: number,
    asked: Asked | undefined,
  ): ResponseHead | Informational | Http1Violation {
    const max = this.limits.maxInformationalCount;
    if (++this.#informational > max)
      return this.refusal("http1.response.informational", base, {
        name: "maxInformationalCount",
        max,
        observed: this.#informational,
      });
    if (status !== 101) {
      this.frameInformational();
      this.patience.begin("response");
      return { type: "informational", status, reason, fields };
    }
    if (asked?.upgrade !== true) return this.refusal("http1.response.informational", base);
    this.frameTunnel();
    this.#keepAlive = false;
    return head(status, reason, "1.1", fields, "none", undefined, false);
  }
}

function head(
  status: number,
  reason: string,
  version: HttpVersion,
  fields: Fields,
  framing: ResponseHead["framing"],
  contentLength: number | undefined,
  keepAlive: boolean,
): ResponseHead {
  return {
    type: "response-head",
    status,
    reason,
    version,
    fields,
    framing,
    contentLength,
    keepAlive,
  };
}

// Requests, one at a time (RFC 9112 §3 to §7). A head is handed out only after everything in it
// that frames, routes or asks was judged together: whoever reads the event has one reading.

import { byteString } from "@wirewall/bytes";
import {
  Fields,
  isAuthority,
  isToken,
  readContentLength,
  sameAuthority,
  trimBlanks,
} from "@wirewall/fields";
import type { FieldName, FieldValue } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import { persists, readConnection, UPGRADES } from "./connection-options.js";
import { Deciding } from "./deciding.js";
import type { HttpVersion, RequestEvent, RequestHead, TargetForm } from "./events.js";
import { DONE, MORE } from "./field-lines.js";
import { lengthLimitHit, readTransferCoding } from "./framing.js";
import { CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING } from "./known-names.js";
import { MessageDecoder, type HeadResult } from "./message-decoder.js";
import type { Http1Options } from "./options.js";
import { isPlainHost, plainText, plainTextStart } from "./plain-head.js";
import { RequestLine } from "./request-line.js";
import { isForeignMethod, readTarget } from "./target.js";
import {
  refuse,
  respondReply,
  type Http1Code,
  type Http1Reply,
  type Http1Violation,
} from "./violations.js";

const NONE: readonly string[] = /* @__PURE__ */ Object.freeze([]);

/** Decodes the requests of one connection. Pipelined successors stay unread until they are asked for. */
export class RequestDecoder extends MessageDecoder<RequestHead> {
  readonly #line: RequestLine;
  readonly #strict: boolean;
  #inFields = false;
  #headBytes = 0;
  #keepAlive = true;

  constructor(options: Http1Options = {}) {
    super(options, true);
    this.#line = new RequestLine(this.limits);
    this.#strict = options.preset === "strict";
  }

  override next(now?: number): RequestEvent | Http1Violation | undefined {
    return super.next(now) as RequestEvent | Http1Violation | undefined;
  }

  /** The size of the last head, line ends included. */
  get headBytes(): number {
    return this.#headBytes;
  }

  refusal(code: Http1Code, offset: number, limit?: LimitHit, reply?: Http1Reply): Http1Violation {
    return refuse(code, offset, limit, reply);
  }

  protected admit(): undefined {
    return undefined;
  }

  protected restWait(): "idle" {
    return "idle";
  }

  protected get isLast(): boolean {
    return !this.#keepAlive;
  }

  protected get headIsBlank(): boolean {
    return this.#line.isBlank;
  }

  protected startHead(): void {
    this.#line.start();
    this.#inFields = false;
  }

  protected readHead(bytes: Uint8Array, origin: number, end: number): HeadResult<RequestHead> {
    const line = this.#line;
    const lines = this.lines;
    const base = this.input.base + origin;
    if (!this.#inFields) {
      const result = line.scan(this.input, origin, end);
      if (result === MORE) return undefined;
      if (result !== DONE)
        return this.refusal(line.code, base + line.faultAt, line.limit, line.reply);
      lines.start(line.at);
      this.#inFields = true;
    }
    const result = lines.scan(this.input, origin, end);
    if (result === MORE) return undefined;
    if (result !== DONE) return this.refusal(lines.code, base + lines.faultAt, lines.limit);
    this.#headBytes = lines.at;
    return this.#judge(bytes, origin, base);
  }

  /** The first line that is one too many, or stands beside one that it contradicts. */
  #faultyLine(base: number): Http1Violation | undefined {
    const { lines } = this;
    const before = new Deciding();
    for (let line = 0; line < lines.count; line++) {
      const place = lines.placeAt(line);
      const code = tooMany(before, place);
      if (code !== undefined) return this.refusal(code, base + lines.lineStart(line));
      before.note(place, line);
    }
    return undefined;
  }

  #judge(bytes: Uint8Array, origin: number, base: number): RequestHead | Http1Violation {
    const line = this.#line;
    const lines = this.lines;
    const end = origin + lines.at;
    const shared = lines.hasObsText ? undefined : plainText(this.input, origin, end);
    const text = shared ?? byteString(bytes, origin, end, !lines.hasObsText);
    const start = shared === undefined ? 0 : plainTextStart() - origin;
    const method =
      line.method === "" ? text.slice(line.lineStart - start, line.methodEnd - start) : line.method;
    const sent = text.slice(line.targetStart - start, line.targetEnd - start);
    const version = line.version;
    if (line.method === "" && isForeignMethod(method))
      return this.refusal(
        "http1.method.syntax",
        base + line.lineStart,
        undefined,
        respondReply(501),
      );
    const target = readTarget(method, sent, this.#strict);
    if (target === undefined) return this.refusal("http1.target.form", base + line.targetStart);

    const flat = lines.strings(text, start);
    const found = lines.deciding;
    if (found.doubtful) {
      const fault = this.#faultyLine(base);
      if (fault !== undefined) return fault;
    }
    const valueOf = (at: number): string => (at === -1 ? "" : (flat[at * 2 + 1] ?? ""));

    const host = valueOf(found.host);
    const isHost =
      found.host !== -1 &&
      (isPlainHost(
        this.input,
        origin + lines.valueStart(found.host),
        origin + lines.valueEnd(found.host),
      ) ||
        isAuthority(host));
    const faultyHost = judgeHost(found.host, isHost, host, version, target.authority);
    if (faultyHost !== undefined) {
      const place =
        faultyHost === "http1.host.missing"
          ? lines.at - 2
          : faultyHost === "http1.host.syntax"
            ? lines.valueStart(found.host)
            : lines.lineStart(found.host);
      return this.refusal(faultyHost, base + place);
    }
    const authority = found.host === -1 ? target.authority : host;

    let contentLength: number | undefined;
    let framing: RequestHead["framing"] = "none";
    if (found.coding !== -1) {
      if (version === "1.0")
        return this.refusal("http1.framing.version", base + lines.lineStart(found.coding));
      const coding = readTransferCoding(valueOf(found.coding));
      if (coding !== "chunked")
        return this.refusal(
          "http1.framing.coding",
          base + lines.valueStart(found.coding),
          undefined,
          coding === "unsupported" ? respondReply(501) : undefined,
        );
      framing = "chunked";
    } else if (found.length !== -1) {
      const value = valueOf(found.length);
      const { maxContentLengthDigits } = this.limits;
      contentLength = readContentLength(value, maxContentLengthDigits);
      const place = base + lines.valueStart(found.length);
      if (contentLength === undefined)
        return this.refusal(
          "http1.framing.length",
          place,
          lengthLimitHit(value, maxContentLengthDigits),
        );
      const max = this.limits.maxBodyBytes;
      if (contentLength > max)
        return this.refusal("http1.body.too-large", place, {
          name: "maxBodyBytes",
          max,
          observed: contentLength,
        });
      framing = "length";
    }
    // RFC 9110 §9.3.6: a CONNECT request has no content; readers that tunnel at once see none.
    if (method === "CONNECT" && framing !== "none")
      return this.refusal(
        "http1.framing.forbidden",
        base + lines.lineStart(found.coding === -1 ? found.length : found.coding),
        undefined,
        respondReply(400),
      );

    let expectContinue = false;
    if (found.expect !== -1) {
      if (valueOf(found.expect).toLowerCase() !== "100-continue")
        return this.refusal("http1.expect.unknown", base + lines.valueStart(found.expect));
      expectContinue = version === "1.1" && framing !== "none" && contentLength !== 0;
    }

    let keepAlive = version === "1.1";
    let upgrade = NONE;
    if (found.connection !== -1) {
      const options = readConnection(flat, found.connection);
      if (options === undefined)
        return this.refusal("http1.field.value", base + lines.valueStart(found.connection));
      keepAlive = persists(options, version);
      // CVE-2022-41721: a switch of protocols is never offered together with content.
      const bare = framing === "none" || contentLength === 0;
      if (found.upgrade !== -1 && bare && version === "1.1" && (options & UPGRADES) !== 0)
        upgrade = upgradeProtocols(flat);
    }

    this.#keepAlive = keepAlive;
    this.frame(framing, contentLength);
    return new Head(
      method,
      sent,
      target.form,
      version,
      authority,
      Fields.adopt(flat),
      framing,
      contentLength,
      keepAlive,
      expectContinue,
      upgrade,
    );
  }
}

/** One shape for all heads. */
class Head implements RequestHead {
  readonly type = "request-head";
  readonly method: string;
  readonly target: string;
  readonly form: TargetForm;
  readonly version: HttpVersion;
  readonly authority: string | undefined;
  readonly fields: Fields;
  readonly framing: RequestHead["framing"];
  readonly contentLength: number | undefined;
  readonly keepAlive: boolean;
  readonly expectContinue: boolean;
  readonly upgrade: readonly string[];

  constructor(
    method: string,
    target: string,
    form: TargetForm,
    version: HttpVersion,
    authority: string | undefined,
    fields: Fields,
    framing: RequestHead["framing"],
    contentLength: number | undefined,
    keepAlive: boolean,
    expectContinue: boolean,
    upgrade: readonly string[],
  ) {
    this.method = method;
    this.target = target;
    this.form = form;
    this.version = version;
    this.authority = authority;
    this.fields = fields;
    this.framing = framing;
    this.contentLength = contentLength;
    this.keepAlive = keepAlive;
    this.expectContinue = expectContinue;
    this.upgrade = upgrade;
  }
}

/** What a line of that name breaks, after those that came before it. */
function tooMany(before: Deciding, place: number): Http1Code | undefined {
  switch (place) {
    case HOST:
      return before.host === -1 ? undefined : "http1.host.duplicate";
    case CONTENT_LENGTH:
      if (before.coding !== -1) return "http1.framing.conflict";
      return before.length === -1 ? undefined : "http1.framing.length";
    case TRANSFER_ENCODING:
      if (before.length !== -1) return "http1.framing.conflict";
      return before.coding === -1 ? undefined : "http1.framing.coding";
    case EXPECT:
      return before.expect === -1 ? undefined : "http1.expect.unknown";
    default:
      return undefined;
  }
}

/** RFC 9112 §3.2: exactly one valid authority, which the target may repeat but not contradict. */
function judgeHost(
  line: number,
  isHost: boolean,
  host: string,
  version: HttpVersion,
  named: string | undefined,
): Http1Code | undefined {
  if (line === -1) return version === "1.1" ? "http1.host.missing" : undefined;
  if (!isHost) return "http1.host.syntax";
  if (named !== undefined && !sameAuthority(named, host)) return "http1.host.conflict";
  return undefined;
}

/** Longest list of protocols that is an offer: each item would be kept with the head. */
const MOST_PROTOCOLS = 16;

/** The protocols that Upgrade lists (RFC 9110 §7.8), or none if the list is malformed or too long. */
function upgradeProtocols(flat: readonly (FieldName | FieldValue)[]): readonly string[] {
  const protocols: string[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    if (flat[at] !== "upgrade") continue;
    const value: string = flat[at + 1] ?? "";
    for (let from = 0; from <= value.length;) {
      if (protocols.length === MOST_PROTOCOLS) return NONE;
      const comma = value.indexOf(",", from);
      const to = comma === -1 ? value.length : comma;
      const protocol = trimBlanks(value.slice(from, to)).toLowerCase();
      const slash = protocol.indexOf("/");
      const named =
        slash === -1
          ? isToken(protocol)
          : isToken(protocol.slice(0, slash)) && isToken(protocol.slice(slash + 1));
      if (!named) return NONE;
      protocols.push(protocol);
      from = to + 1;
    }
  }
  return protocols;
}

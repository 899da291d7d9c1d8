// The field section of a request (RFC 9113 §8.3.1, §8.5; RFC 8441 §4). Pseudo-fields come first,
// once each, complete, and each with its own grammar; what names the target says it one way only.
// `finish` ends a section and forgets it; `start` forgets one that was cut off.

import { Fields, sameAuthority, type FieldName, type FieldValue } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import type { RequestHead } from "./heads.js";
import { DEFAULT_URGENCY, HAS_INCREMENTAL, HAS_URGENCY, INCREMENTAL } from "./priority.js";
import { fault, type SectionCode, type SectionFault, type SectionRules } from "./section-codes.js";
import * as marks from "./section-marks.js";

const NONE: readonly string[] = /* @__PURE__ */ Object.freeze([]);

export class RequestSection {
  readonly #rules: SectionRules;
  #flat: (FieldName | FieldValue)[] = [];
  #sensitive: string[] | undefined;
  #code: SectionCode | undefined;
  #limit: LimitHit | undefined;
  #method: string | undefined;
  #methodMark = 0;
  #scheme: string | undefined;
  #authority: string | undefined;
  #authorityMark = 0;
  #path: string | undefined;
  #pathMark = 0;
  #protocol: string | undefined;
  #host: string | undefined;
  #length: number | undefined;
  #asksContinue = false;
  #priority = 0;
  #late = false;

  constructor(rules: SectionRules) {
    this.#rules = rules;
  }

  /** Forgets what was read. */
  start(): void {
    this.#flat = [];
    this.#sensitive = this.#code = this.#limit = undefined;
    this.#method = this.#scheme = this.#authority = this.#path = undefined;
    this.#protocol = this.#host = this.#length = undefined;
    this.#methodMark = this.#authorityMark = this.#pathMark = this.#priority = 0;
    this.#asksContinue = this.#late = false;
  }

  /** The next field of the block, with its mark of `judge`. */
  field(name: string, value: string, mark: number, neverIndexed: boolean): void {
    if (this.#code !== undefined) return;
    if (neverIndexed && (mark & marks.KIND) !== marks.SECRET) (this.#sensitive ??= []).push(name);
    if ((mark & (marks.FAULTS | marks.PSEUDO)) !== 0) return this.#decide(value, mark);
    this.#late = true;
    if ((mark & marks.KIND) !== 0 && this.#note(value, mark)) return;
    this.#flat.push(name as FieldName, value as FieldValue);
  }

  /** The head that the fields make, or why they make none. */
  finish(stream: number, endStream: boolean): RequestHead | SectionFault {
    const result = this.#finish(stream, endStream);
    this.start();
    return result;
  }

  #finish(stream: number, endStream: boolean): RequestHead | SectionFault {
    const code = this.#code ?? this.#judge(endStream);
    if (code !== undefined) return fault(code, this.#limit);
    const length = this.#length;
    const priority = this.#priority;
    return new Head(
      stream,
      this.#method ?? "",
      this.#scheme,
      this.#authority ?? this.#host,
      this.#path,
      this.#protocol,
      Fields.adopt(this.#flat),
      length,
      endStream,
      this.#asksContinue && !endStream && length !== 0,
      this.#sensitive ?? NONE,
      (priority & HAS_URGENCY) !== 0 ? priority & 7 : DEFAULT_URGENCY,
      (priority & INCREMENTAL) !== 0,
    );
  }

  /** Faults and pseudo-fields. */
  #decide(value: string, mark: number): void {
    if ((mark & marks.BAD_SYNTAX) !== 0) this.#code = "http2.field.syntax";
    else if ((mark & marks.OF_CONNECTION) !== 0) this.#code = "http2.field.connection";
    else if (this.#late || value === "") this.#code = "http2.pseudo.invalid";
    else this.#pseudo(value, mark);
  }

  #pseudo(value: string, mark: number): void {
    let known: string | undefined;
    switch (mark & marks.KIND) {
      case marks.METHOD:
        known = this.#method;
        this.#method = value;
        this.#methodMark = mark;
        break;
      case marks.SCHEME:
        known = this.#scheme;
        this.#scheme = value;
        break;
      case marks.AUTHORITY:
        known = this.#authority;
        this.#authority = value;
        this.#authorityMark = mark;
        break;
      case marks.PATH:
        known = this.#path;
        this.#path = value;
        this.#pathMark = mark;
        break;
      case marks.PROTOCOL:
        known = this.#protocol;
        this.#protocol = value;
        break;
      default:
        known = value;
    }
    if (known !== undefined) this.#code = "http2.pseudo.invalid";
    else if ((mark & marks.BAD_VALUE) !== 0) this.#code = "http2.pseudo.value";
  }

  /** Notes what a field with a meaning says; true if it is not handed out. */
  #note(value: string, mark: number): boolean {
    const isBad = (mark & marks.BAD_VALUE) !== 0;
    switch (mark & marks.KIND) {
      case marks.HOST:
        if (isBad || this.#host !== undefined) this.#code = "http2.pseudo.value";
        this.#host = value;
        return true;
      case marks.CONTENT_LENGTH:
        if (isBad || this.#length !== undefined) this.#code = "http2.content-length.mismatch";
        this.#length = Number(value);
        return false;
      case marks.EXPECT:
        if ((mark & marks.IS_CONTINUE) !== 0) this.#asksContinue = true;
        return false;
      case marks.PRIORITY:
        this.#prefer(mark >>> marks.NUMBER_SHIFT);
        return false;
      default:
        return false;
    }
  }

  /** Lines of one dictionary: what comes later counts (RFC 9651 §4.2.2). */
  #prefer(said: number): void {
    let before = this.#priority;
    if ((said & HAS_URGENCY) !== 0) before &= ~7;
    if ((said & HAS_INCREMENTAL) !== 0) before &= ~INCREMENTAL;
    this.#priority = before | said;
  }

  /** What only all fields together show. */
  #judge(endStream: boolean): SectionCode | undefined {
    if (this.#method === undefined) return "http2.pseudo.invalid";
    const isConnect = (this.#methodMark & marks.IS_CONNECT) !== 0;
    const code =
      isConnect || this.#protocol !== undefined
        ? this.#judgeConnect(isConnect)
        : this.#judgeTarget();
    if (code !== undefined) return code;
    const host = this.#host;
    if (host !== undefined && this.#authority !== undefined && !this.#isSame(this.#authority, host))
      return "http2.pseudo.value";
    const length = this.#length;
    if (length === undefined) return undefined;
    if (endStream && length !== 0) return "http2.content-length.mismatch";
    const max = this.#rules.maxBodyBytes;
    if (length <= max) return undefined;
    this.#limit = { name: "maxBodyBytes", max, observed: length };
    return "http2.body.too-large";
  }

  #judgeTarget(): SectionCode | undefined {
    if (this.#scheme === undefined || this.#path === undefined) return "http2.pseudo.invalid";
    const mark = this.#pathMark;
    if ((mark & marks.IS_ASTERISK) !== 0 && (this.#methodMark & marks.IS_OPTIONS) === 0)
      return "http2.pseudo.value";
    if (this.#rules.strict && (mark & marks.IS_DOUBLE_SLASH) !== 0) return "http2.pseudo.value";
    return undefined;
  }

  /**
   * §8.5: plain CONNECT names a host with its port, and nothing else. RFC 8441 §4: with `:protocol`
   * it names a whole target, if we allow that. Neither declares content (RFC 9110 §9.3.6).
   */
  #judgeConnect(isConnect: boolean): SectionCode | undefined {
    if (!isConnect || this.#length !== undefined) return "http2.connect.invalid";
    if (this.#protocol !== undefined) {
      const whole = this.#scheme !== undefined && this.#path !== undefined;
      return whole && this.#rules.connectProtocol ? this.#judgeTarget() : "http2.connect.invalid";
    }
    if (this.#scheme !== undefined || this.#path !== undefined) return "http2.connect.invalid";
    if (this.#authority === undefined) return "http2.pseudo.invalid";
    return (this.#authorityMark & marks.HAS_PORT) === 0 ? "http2.connect.invalid" : undefined;
  }

  /** §8.3.1: the same but for the case of letters, and for the default port of the scheme. */
  #isSame(authority: string, host: string): boolean {
    if (sameAuthority(authority, host)) return true;
    const port = this.#scheme === "http" ? ":80" : this.#scheme === "https" ? ":443" : undefined;
    if (port === undefined) return false;
    return sameAuthority(authority + port, host) || sameAuthority(authority, host + port);
  }
}

/** One shape for all heads. */
class Head implements RequestHead {
  readonly type = "request-head";
  readonly stream: number;
  readonly method: string;
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string | undefined;
  readonly protocol: string | undefined;
  readonly fields: Fields;
  readonly contentLength: number | undefined;
  readonly endStream: boolean;
  readonly expectContinue: boolean;
  readonly sensitive: readonly string[];
  readonly urgency: number;
  readonly incremental: boolean;

  constructor(
    stream: number,
    method: string,
    scheme: string | undefined,
    authority: string | undefined,
    path: string | undefined,
    protocol: string | undefined,
    fields: Fields,
    contentLength: number | undefined,
    endStream: boolean,
    expectContinue: boolean,
    sensitive: readonly string[],
    urgency: number,
    incremental: boolean,
  ) {
    this.stream = stream;
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.protocol = protocol;
    this.fields = fields;
    this.contentLength = contentLength;
    this.endStream = endStream;
    this.expectContinue = expectContinue;
    this.sensitive = sensitive;
    this.urgency = urgency;
    this.incremental = incremental;
  }
}

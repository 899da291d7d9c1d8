// What is known of one field, as bits: computed when its text arrives, and kept with its entry in
// the table of HPACK, so that a field that comes by reference is never looked at again. Readers of
// sections decide by the mark alone; they look at a text only to hand it out.

import {
  hasPort,
  isAuthority,
  isFieldValue,
  isTargetText,
  isToken,
  readContentLength,
  tokenBytes,
} from "@wirewall/fields";
import { isNeverIndexed } from "@wirewall/hpack";
import { readPriority } from "./priority.js";

/** RFC 9113 §8.2.1: the name is no token in lower case, or the value is no field value. */
export const BAD_SYNTAX = 0x1;
/** §8.2.2: a field that belongs to one connection of HTTP/1.1. */
export const OF_CONNECTION = 0x2;
/** The value is not what the name asks for. */
export const BAD_VALUE = 0x4;
/** §8.3: the name starts with a colon. */
export const PSEUDO = 0x8;

export const FAULTS: number = BAD_SYNTAX | OF_CONNECTION;

/** What kind of field it is; a field without any meaning here has kind 0. */
export const KIND = 0xf0;
export const METHOD = 0x10;
export const SCHEME = 0x20;
export const AUTHORITY = 0x30;
export const PATH = 0x40;
export const PROTOCOL = 0x50;
export const STATUS = 0x60;
export const UNKNOWN_PSEUDO = 0x70;
export const CONTENT_LENGTH = 0x80;
export const HOST = 0x90;
export const EXPECT = 0xa0;
export const PRIORITY = 0xb0;
/** `te: trailers`, which only requests may have. */
export const TE = 0xc0;
/** HPACK never indexes values of that name, whoever asks. */
export const SECRET = 0xd0;

/** `:method` is CONNECT, or OPTIONS. */
export const IS_CONNECT = 0x100;
export const IS_OPTIONS = 0x200;
/** `:authority` names a port. */
export const HAS_PORT = 0x100;
/** `:path` is "*", or starts with "//". */
export const IS_ASTERISK = 0x100;
export const IS_DOUBLE_SLASH = 0x200;
/** `expect` asks for 100 Continue. */
export const IS_CONTINUE = 0x100;
/** The number of a `:status`, or what `priority` says, stands above these bits. */
export const NUMBER_SHIFT = 8;

/** Below 2^53. */
export const CONTENT_LENGTH_DIGITS = 15;

/** Judges a field once; the readers of sections work with the result. */
export function judge(name: string, value: string): number {
  if (name.charCodeAt(0) === COLON) return judgePseudo(name, value);
  if (!isLowerToken(name) || !isFieldValue(value)) return BAD_SYNTAX;
  switch (name.length) {
    case 2:
      if (name !== "te") return 0;
      return value.toLowerCase() === "trailers" ? TE : TE | OF_CONNECTION;
    case 4:
      if (name !== "host") return 0;
      return isAuthority(value) ? HOST : HOST | BAD_VALUE;
    case 6:
      if (name === "expect")
        return value.toLowerCase() === "100-continue" ? EXPECT | IS_CONTINUE : EXPECT;
      break;
    case 7:
      return name === "upgrade" ? OF_CONNECTION : 0;
    case 8:
      return name === "priority" ? PRIORITY | (readPriority(value) << NUMBER_SHIFT) : 0;
    case 10:
      if (name === "connection" || name === "keep-alive") return OF_CONNECTION;
      break;
    case 14:
      if (name !== "content-length") return 0;
      return readContentLength(value, CONTENT_LENGTH_DIGITS) === undefined
        ? CONTENT_LENGTH | BAD_VALUE
        : CONTENT_LENGTH;
    case 16:
      return name === "proxy-connection" ? OF_CONNECTION : 0;
    case 17:
      return name === "transfer-encoding" ? OF_CONNECTION : 0;
    default:
  }
  return isNeverIndexed(name) ? SECRET : 0;
}

const COLON = 0x3a;
const SLASH = 0x2f;

/** §8.3.1, §8.3.2, and RFC 8441 §4. An empty value is no value. */
function judgePseudo(name: string, value: string): number {
  if (!isLowerToken(name.slice(1)) || !isFieldValue(value)) return PSEUDO | BAD_SYNTAX;
  switch (name) {
    case ":method":
      if (!isToken(value)) return PSEUDO | METHOD | BAD_VALUE;
      if (value === "CONNECT") return PSEUDO | METHOD | IS_CONNECT;
      return value === "OPTIONS" ? PSEUDO | METHOD | IS_OPTIONS : PSEUDO | METHOD;
    case ":scheme":
      if (value !== "http" && value !== "https") return PSEUDO | SCHEME | BAD_VALUE;
      return PSEUDO | SCHEME;
    case ":authority":
      if (!isAuthority(value)) return PSEUDO | AUTHORITY | BAD_VALUE;
      return hasPort(value) ? PSEUDO | AUTHORITY | HAS_PORT : PSEUDO | AUTHORITY;
    case ":path":
      return PSEUDO | PATH | judgePath(value);
    case ":protocol":
      return isToken(value) ? PSEUDO | PROTOCOL : PSEUDO | PROTOCOL | BAD_VALUE;
    case ":status":
      return PSEUDO | STATUS | judgeStatus(value);
    default:
      return PSEUDO | UNKNOWN_PSEUDO;
  }
}

function judgePath(value: string): number {
  if (value === "*") return IS_ASTERISK;
  if (value.charCodeAt(0) !== SLASH || !isTargetText(value)) return BAD_VALUE;
  return value.charCodeAt(1) === SLASH ? IS_DOUBLE_SLASH : 0;
}

/** RFC 9110 §15: three digits, of the five classes. 101 means nothing in HTTP/2 (§8.6). */
function judgeStatus(value: string): number {
  const status = value.length === 3 ? (readContentLength(value, 3) ?? 0) : 0;
  return status < 100 || status > 599 || status === 101 ? BAD_VALUE : status << NUMBER_SHIFT;
}

/** Whether the text is a token without upper case letters (§8.2.1). */
function isLowerToken(text: string): boolean {
  const { length } = text;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0 || code > 0x7f || tokenBytes[code] !== code) return false;
  }
  return length > 0;
}

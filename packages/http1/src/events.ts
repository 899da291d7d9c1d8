// What the decoders and connections say, in the order in which a message has it: head, content,
// trailers, end. Informational responses come before a response head; a tunnel comes last of all.

import type { Fields } from "@wirewall/fields";

export type HttpVersion = "1.0" | "1.1";

/** RFC 9112 §3.2: the four shapes of a request target. */
export type TargetForm = "origin" | "absolute" | "authority" | "asterisk";

/** RFC 9112 §6: how the end of the content is found. */
export type Framing = "none" | "length" | "chunked" | "until-close";

/** RFC 9112 §3: a request that passed every check; its content, if any, follows. */
export interface RequestHead {
  readonly type: "request-head";
  readonly method: string;
  /** As sent. */
  readonly target: string;
  readonly form: TargetForm;
  readonly version: HttpVersion;
  /** The one host with its optional port; undefined only in HTTP/1.0. */
  readonly authority: string | undefined;
  readonly fields: Fields;
  readonly framing: Exclude<Framing, "until-close">;
  /** Bytes declared; undefined unless `framing` is "length". */
  readonly contentLength: number | undefined;
  /** The peer lets the connection persist (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
  /** The peer waits for 100 Continue before it sends the content (RFC 9110 §10.1.1). */
  readonly expectContinue: boolean;
  /** Protocols offered by Upgrade, in lower case; empty where content follows or none is offered. */
  readonly upgrade: readonly string[];
}

/** RFC 9112 §4: a final response. */
export interface ResponseHead {
  readonly type: "response-head";
  readonly status: number;
  readonly reason: string;
  readonly version: HttpVersion;
  readonly fields: Fields;
  readonly framing: Framing;
  /** Bytes declared, also where no content follows (HEAD, 304). */
  readonly contentLength: number | undefined;
  readonly keepAlive: boolean;
}

/** RFC 9110 §15.2: a 1xx response before the final one. */
export interface Informational {
  readonly type: "informational";
  readonly status: number;
  readonly reason: string;
  readonly fields: Fields;
}

/** RFC 9112 §6: a piece of content. The bytes may be a view of the chunk that was received. */
export interface Content {
  readonly type: "content";
  readonly bytes: Uint8Array;
}

/** RFC 9112 §7.1.2: the trailer section, apart from the head. */
export interface Trailers {
  readonly type: "trailers";
  readonly fields: Fields;
}

/** RFC 9112 §6.3: the message is complete. */
export interface End {
  readonly type: "end";
}

/** RFC 9110 §7.8, §9.3.6: from here on the connection speaks another protocol; `bytes` came already. */
export interface Tunnel {
  readonly type: "tunnel";
  readonly bytes: Uint8Array;
}

export type RequestEvent = RequestHead | Content | Trailers | End;
export type ResponseEvent = ResponseHead | Informational | Content | Trailers | End | Tunnel;
export type ServerEvent = RequestEvent | Tunnel;
export type ClientEvent = ResponseEvent;

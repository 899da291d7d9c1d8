// What connections say. A message is a head, content, trailers and an end, each with its stream;
// what ends a stream early is a reset, or a violation of the scope "stream".

import type { Informational, RequestHead, ResponseHead, Trailers } from "./heads.js";

/**
 * RFC 9113 §6.1: a piece of content. The bytes are a view of what was received, good until the next
 * call of `receive`; `consumed` says that they were read, and only that lets more come.
 */
export interface Content {
  readonly type: "content";
  readonly stream: number;
  readonly bytes: Uint8Array;
}

/** §8.1: the message is complete. Not said where the head had `endStream`. */
export interface End {
  readonly type: "end";
  readonly stream: number;
}

/** §6.4: the peer gave the stream up. */
export interface Reset {
  readonly type: "reset";
  readonly stream: number;
  readonly error: number;
  /** §8.7: nothing of the request was looked at; it may be sent again. */
  readonly retryable: boolean;
}

/** §6.5: the settings of the peer, which count from now on. */
export interface Settings {
  readonly type: "settings";
  readonly maxConcurrentStreams: number;
  readonly connectProtocol: boolean;
}

/** §6.7: our PING was answered. */
export interface Pong {
  readonly type: "pong";
}

/** §6.8: the peer takes on nothing above that stream. */
export interface GoAway {
  readonly type: "goaway";
  readonly lastStream: number;
  readonly error: number;
}

/** §6.9: a stream whose `sendContent` said false may go on. */
export interface Window {
  readonly type: "window";
  readonly stream: number;
}

/** What every event has. */
export interface Typed {
  readonly type: string;
}

/** What clients and servers are told alike. */
export type OfBoth = Content | Trailers | End | Reset | Settings | Pong | GoAway | Window;

export type ServerEvent = RequestHead | OfBoth;
export type ClientEvent = ResponseHead | Informational | OfBoth;

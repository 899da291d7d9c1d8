// What is known of one stream. The record lives until the stream is closed and its handler has
// ended, whichever comes later; after that only its number and the cause are remembered.

import type { Fields } from "@wirewall/fields";
import { OPEN } from "./stream-states.js";

export const AWAITED = 0;
export const BEGUN = 1;
export const SENT = 2;

/** No length was declared. */
export const UNDECLARED = -1;

export class Stream {
  readonly id: number;
  state: number = OPEN;
  /** Of the request, which decides how the response is framed. */
  method: string;
  /** A handler runs, or its end was not told. */
  isLive: boolean;

  /** What the peer may still send. */
  receiveWindow: number;
  /** Content that was handed out and not read. */
  unread = 0;
  /** Content that was read and is not announced to the peer. */
  credit = 0;
  /** Price of unread content in tiny frames. */
  smallCost = 0;
  /** Bytes that the peer declared, and those that came. */
  declared: number = UNDECLARED;
  received = 0;
  /** The peer waits for 100 Continue, or for the response, before it sends content. */
  awaitsContinue = false;
  /** The final head of the peer came: what follows is content or trailers. */
  hasHead = false;

  /** What we may still send. */
  sendWindow: number;
  /** Where the response, or the request, stands on its way out. */
  phase: number = AWAITED;
  /** Bytes that we declared and did not send. */
  left: number = UNDECLARED;
  /** CONNECT was accepted: both directions end by themselves, and neither has a length (§8.5). */
  isTunnel = false;
  /** Our message has no content, whatever it declares. */
  isBare = false;
  queue: Uint8Array[] | undefined;
  queuedBytes = 0;
  /** Our END_STREAM, and trailers, come behind the queue. */
  endQueued = false;
  trailers: Fields | undefined;
  sensitiveTrailers: readonly string[] | undefined;
  /** `sendContent` said false. */
  isWaiting = false;
  /** It stands in the queue of those that have something to send. */
  isScheduled = false;
  urgency: number;

  /** When something last moved. */
  movedAt: number;
  /** What is charged for its head. */
  headBytes = 0;
  headObjects = 0;

  constructor(
    id: number,
    method: string,
    isLive: boolean,
    receiveWindow: number,
    sendWindow: number,
    urgency: number,
    now: number,
  ) {
    this.id = id;
    this.method = method;
    this.isLive = isLive;
    this.receiveWindow = receiveWindow;
    this.sendWindow = sendWindow;
    this.urgency = urgency;
    this.movedAt = now;
  }
}

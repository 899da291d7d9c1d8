// RFC 9113 §5.1 as a table: what a frame of the peer does to a stream in each state. Parsing stands
// elsewhere, and so does what a client or a server makes of it.

export const IDLE = 0;
export const OPEN = 1;
/** We have sent END_STREAM. */
export const HALF_LOCAL = 2;
/** The peer has sent END_STREAM. */
export const HALF_REMOTE = 3;
/** Both have. */
export const CLOSED_BY_END = 4;
/** We have sent RST_STREAM; what was on its way is let go by. */
export const CLOSED_BY_US = 5;
/** The peer has sent RST_STREAM. */
export const CLOSED_BY_PEER = 6;

/** What comes of a frame. */
export const GOES = 0;
/** It is dropped without a word, and has its price. */
export const DROPPED = 1;
/** `stream.closed`: the stream is reset. */
export const RESETS = 2;
/** `stream.closed`: the connection ends. */
export const ENDS = 3;
/** `stream.idle`: the connection ends. */
export const TOO_EARLY = 4;

/** Columns: HEADERS, DATA, RST_STREAM, WINDOW_UPDATE. */
export const ON_HEADERS = 0;
export const ON_DATA = 1;
export const ON_RESET = 2;
export const ON_WINDOW = 3;

const TABLE: readonly (readonly number[])[] = [
  /* IDLE           */ [GOES, TOO_EARLY, TOO_EARLY, TOO_EARLY],
  /* OPEN           */ [GOES, GOES, GOES, GOES],
  /* HALF_LOCAL     */ [GOES, GOES, GOES, GOES],
  /* HALF_REMOTE    */ [RESETS, RESETS, GOES, GOES],
  /* CLOSED_BY_END  */ [ENDS, RESETS, DROPPED, DROPPED],
  /* CLOSED_BY_US   */ [DROPPED, DROPPED, DROPPED, DROPPED],
  /* CLOSED_BY_PEER */ [RESETS, RESETS, DROPPED, DROPPED],
];

/** What comes of a frame of the peer on a stream in that state. */
export function onReceived(state: number, frame: number): number {
  return TABLE[state]?.[frame] ?? ENDS;
}

/** The state after END_STREAM of the peer. */
export function afterPeerEnd(state: number): number {
  return state === OPEN ? HALF_REMOTE : state === HALF_LOCAL ? CLOSED_BY_END : state;
}

/** The state after END_STREAM of ours. */
export function afterOwnEnd(state: number): number {
  return state === OPEN ? HALF_LOCAL : state === HALF_REMOTE ? CLOSED_BY_END : state;
}

export function isClosed(state: number): boolean {
  return state >= CLOSED_BY_END;
}

/** Whether content of the peer may still come. */
export function awaitsPeer(state: number): boolean {
  return state === OPEN || state === HALF_LOCAL;
}

/** Whether we may still send. */
export function maySend(state: number): boolean {
  return state === OPEN || state === HALF_REMOTE;
}

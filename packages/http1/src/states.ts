// Where a connection is in its life.

/**
 * `open` speaks HTTP. `lingering` has said its last: the driver half-closes, goes on feeding input
 * and calling `expire` until it is `closed`. `tunnel` belongs to another protocol.
 */
export type ServerState = "open" | "lingering" | "closed" | "tunnel";

/** A client has no last word, and does not linger. */
export type ClientState = "open" | "closed" | "tunnel";

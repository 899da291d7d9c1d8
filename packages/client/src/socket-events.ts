// The events of a socket, by one set of listeners for all sockets: no closure per connection.

import type { Socket } from "node:net";

export interface SocketEvents {
  received(chunk: Uint8Array): void;
  ended(): void;
  broke(error: unknown): void;
  closed(): void;
}

const OWNER = Symbol("wirewall upstream connection");

interface OwnedSocket extends Socket {
  [OWNER]?: SocketEvents;
}

/** Makes `owner` the one who is told; whoever was told before is told no more. */
export function listen(socket: Socket, owner: SocketEvents): void {
  const owned = socket as OwnedSocket;
  const listens = owned[OWNER] !== undefined;
  owned[OWNER] = owner;
  if (listens) return;
  socket.on("data", onData);
  socket.on("end", onEnd);
  socket.on("error", onError);
  socket.on("close", onClose);
}

/** Leaves the socket paused, with a listener that swallows errors. */
export function unlisten(socket: Socket): void {
  socket.off("data", onData);
  socket.off("end", onEnd);
  socket.off("close", onClose);
  socket.pause();
}

function onData(this: OwnedSocket, chunk: Uint8Array): void {
  this[OWNER]?.received(chunk);
}

function onEnd(this: OwnedSocket): void {
  this[OWNER]?.ended();
}

function onError(this: OwnedSocket, error: unknown): void {
  this[OWNER]?.broke(error);
}

function onClose(this: OwnedSocket): void {
  this[OWNER]?.closed();
}

// Events of a socket, handed to the connection that owns it. The functions are the same for all
// sockets: an idle connection has no closures.

import type { Socket } from "node:net";

export interface SocketOwner {
  received(chunk: Uint8Array): void;
  ended(): void;
  closed(): void;
}

const OWNER = Symbol("wirewall connection");

interface OwnedSocket extends Socket {
  [OWNER]: SocketOwner;
}

/** From now on the events of the socket are the owner's. */
export function own(socket: Socket, owner: SocketOwner): void {
  (socket as OwnedSocket)[OWNER] = owner;
  socket.on("data", onData);
  socket.on("end", onEnd);
  socket.on("error", onError);
  socket.on("close", onClose);
}

/** Bytes and their end are somebody else's; that the socket closes is still the owner's. */
export function handOver(socket: Socket): void {
  socket.off("data", onData);
  socket.off("end", onEnd);
}

/** Nothing of the socket is the owner's any more. */
export function disown(socket: Socket): void {
  handOver(socket);
  socket.off("error", onError);
  socket.off("close", onClose);
}

function onData(this: Socket, chunk: Uint8Array): void {
  (this as OwnedSocket)[OWNER].received(chunk);
}

function onEnd(this: Socket): void {
  (this as OwnedSocket)[OWNER].ended();
}

/** What matters about an error is that the socket closes after it. */
function onError(): void {}

function onClose(this: Socket): void {
  (this as OwnedSocket)[OWNER].closed();
}

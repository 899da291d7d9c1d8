// Two sockets that speak another protocol with each other. Nothing is looked at; bytes flow as fast
// as the slower side takes them, each side may end its direction on its own, and what ends one
// socket ends the other.

import type { Tunnel } from "@wirewall/client";
import type { Upgraded } from "@wirewall/server";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Joins them; `ended` is called once when nothing of the tunnel is left. The result ends it. */
export function joinTunnel(
  client: Upgraded,
  upstream: Tunnel,
  idleTimeoutMs: number,
  ended: () => void,
): () => void {
  const sockets = [client.socket, upstream.socket] as const;
  let open = 2;
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  for (const socket of sockets) {
    socket.on("error", end);
    socket.once("close", () => {
      end();
      if (--open === 0) ended();
    });
  }
  // Bytes of both directions pass the client's socket, so that its silence is that of the tunnel.
  (client.socket as Socket).setTimeout(idleTimeoutMs, end);
  flow(client.socket, upstream.socket, client.head);
  flow(upstream.socket, client.socket, upstream.head);
  return end;
}

function flow(from: Duplex, to: Duplex, first: Uint8Array): void {
  from.on("data", (chunk: Uint8Array) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.once("end", () => to.end());
  if (first.length === 0 || to.write(first)) from.resume();
}

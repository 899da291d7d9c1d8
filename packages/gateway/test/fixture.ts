// A gateway before an upstream, and the end of all of it after each test.

import type { Server } from "@wirewall/server";
import { atEnd } from "../../client/test/at-end.js";
import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type ListenOptions,
} from "../src/index.js";
import { RawUpstream } from "../../client/test/raw-upstream.js";
import { RawClient } from "./peers.js";

export interface Fixture {
  readonly gateway: Gateway;
  readonly server: Server;
  readonly port: number;
  client(): RawClient;
}

export async function guard(
  upstream: GatewayOptions["upstream"],
  options: Omit<GatewayOptions, "upstream"> = {},
  listen: ListenOptions = {},
): Promise<Fixture> {
  const gateway = createGateway({ upstream, ...options });
  const server = await gateway.listen(listen);
  atEnd(() => gateway.close({ timeoutMs: 0 }));
  const port = server.port ?? 0;
  return {
    gateway,
    server,
    port,
    client() {
      const client = new RawClient(port);
      atEnd(() => client.socket.destroy());
      return client;
    },
  };
}

export async function rawUpstream(
  answer: Parameters<typeof RawUpstream.start>[0],
): Promise<RawUpstream> {
  const upstream = await RawUpstream.start(answer);
  atEnd(() => upstream.stop());
  return upstream;
}

// The gateway with default limits.

import { createGateway } from "@wirewall/gateway";

export function start({ upstream }) {
  return createGateway({ upstream: `http://127.0.0.1:${upstream}` }).listen({ port: 0 });
}

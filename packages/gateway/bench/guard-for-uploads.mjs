// The gateway for a content that is larger than the default allows, which is the one limit raised.

import { createGateway } from "@wirewall/gateway";

export function start({ upstream }) {
  return createGateway({ upstream: `http://127.0.0.1:${upstream}` }).listen({
    port: 0,
    limits: { maxBodyBytes: 2_147_483_648 },
  });
}

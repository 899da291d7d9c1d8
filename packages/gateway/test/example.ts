import { createGateway } from "@wirewall/gateway";
import { serve } from "@wirewall/server";

export async function example(upstream: string): Promise<[url: string, end: () => Promise<void>]> {
  const gateway = createGateway({ upstream });
  const server = await gateway.listen({ port: 0 });
  const admin = await serve({ fetch: gateway.adminFetch, port: 0 });
  return [
    server.url,
    async () => {
      await gateway.close({ timeoutMs: 1_000 });
      await admin.close();
    },
  ];
}

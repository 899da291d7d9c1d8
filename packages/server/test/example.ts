import { serve } from "@wirewall/server";

export async function example(): Promise<[url: string, end: () => Promise<void>]> {
  const server = await serve({
    port: 0,
    limits: { maxBodyBytes: 65_536 },
    fetch: async (request) =>
      request.method === "POST"
        ? Response.json({ got: await request.json() })
        : new Response(`hello from ${new URL(request.url).pathname}\n`),
    onViolation: ({ code, offset }, { remoteAddress }) =>
      console.warn(`${remoteAddress} was refused: ${code} at byte ${offset}`),
    onError: (error) => console.error(error),
  });
  return [server.url, () => server.close({ timeoutMs: 5_000 })];
}

import { Pool } from "@wirewall/client";

export async function example(upstream: string): Promise<string> {
  const pool = new Pool({ limits: { maxConnectionsPerOriginCount: 16 } });
  const response = await pool.request(upstream, {
    method: "POST",
    target: "/echo",
    fields: [["content-type", "text/plain"]],
    content: "hello",
    signal: AbortSignal.timeout(5_000),
  });
  const text = new TextDecoder().decode(await response.bytes(65_536));
  await pool.close();
  return `${response.status} ${text}`;
}

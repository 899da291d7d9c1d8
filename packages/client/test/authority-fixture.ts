// Servers of this machine, and a fetch that was granted so much.

import { FetchGrant, type Denial, type FetchGrantOptions } from "@wirewall/authority";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TraceEvent } from "@wirewall/trace";
import { authorityFetch } from "../src/index.js";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const ends: (() => unknown)[] = [];

/** For `afterEach`: closes what was opened. */
export async function closeAll(): Promise<void> {
  for (const end of ends.splice(0)) await end();
}

/** Closes that, too. */
export function closing(end: () => unknown): void {
  ends.push(end);
}

/** A server, and what it was asked. */
export async function serving(
  answer: Answer,
): Promise<{ origin: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export function granted(options: FetchGrantOptions, events: TraceEvent[] = []) {
  const made = authorityFetch(new FetchGrant(options), {
    trace: { event: (event) => events.push(event) },
  });
  ends.push(made.close);
  return made.fetch;
}

export const here = (origin: string, more: object = {}) => ({
  origin,
  privateAddress: true,
  ...more,
});

export async function denialOf(promise: Promise<unknown>): Promise<Denial> {
  try {
    await promise;
  } catch (error) {
    return (error as { denial: Denial }).denial;
  }
  throw new Error("it was not denied");
}

export const echo: Answer = (request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(pieces).toString() }));
  });
};

// A pool before raw upstreams, and the end of all of it after each test.

import { Pool, type ClientError, type PoolOptions } from "../src/index.js";
import { atEnd } from "./at-end.js";
import { OK, RawUpstream } from "./raw-upstream.js";

export function newPool(options: PoolOptions = {}): Pool {
  const pool = new Pool(options);
  atEnd(() => pool.close());
  return pool;
}

export async function raw(answer: Parameters<typeof RawUpstream.start>[0]): Promise<RawUpstream> {
  const upstream = await RawUpstream.start(answer);
  atEnd(() => upstream.stop());
  return upstream;
}

export async function text(pool: Pool, upstream: RawUpstream): Promise<string> {
  const response = await pool.request(upstream.identity);
  return Buffer.from(await response.bytes()).toString();
}

export async function failure(pending: Promise<unknown>): Promise<ClientError> {
  try {
    await pending;
  } catch (error) {
    return error as ClientError;
  }
  throw new Error("it did not fail");
}

/** Answers once per connection, and closes at the second request without a byte. */
export function inOrderThenClose(): Parameters<typeof RawUpstream.start>[0] {
  return (received, socket) => {
    if (received.split("\r\n\r\n").length === 2) socket.write(OK);
    else socket.destroy();
  };
}

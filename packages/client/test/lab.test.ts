// The pool in every order, against our server, over a network that is a program: an upstream that dies
// at any time loses no call and answers none twice.

import { Fields } from "@wirewall/fields";
import { search, sweep, withNetwork, type LabNetwork } from "@wirewall/lab";
import { fromPromise, type Cx } from "@wirewall/runtime";
import { serveSockets, type Exchange } from "@wirewall/server";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { identify, poolOver, type Pool } from "../src/index.js";

const HOST = new Fields([["host", "192.0.2.2"]]);

interface Played {
  readonly network: LabNetwork;
  readonly pool: Pool;
  /** Requests that came to a handler. */
  readonly served: { count: number };
}

const program =
  (protocol: "http/1.1" | "h2", act: (cx: Cx, played: Played) => Promise<void>) =>
  (cx: Cx): Promise<void> =>
    withNetwork(cx, async (network) => {
      const served = { count: 0 };
      const exchange = async (request: Exchange): Promise<void> => {
        served.count++;
        await request.cx.yield();
        request.respond({ status: 200 }, "hello");
      };
      const server = serveSockets(cx, { exchange, protocols: [protocol] });
      network.listen((socket) => server.accept(socket as unknown as Socket));
      const pool = poolOver(cx, (_identity, ready) => network.dial(ready) as unknown as Socket);
      await act(cx, { network, pool, served });
      await fromPromise(cx, pool.close({ timeoutMs: 1_000 }), "link:0.near");
      await fromPromise(cx, server.close({ timeoutMs: 1_000 }), "link:0.far");
      const left = pool.connectionCount + pool.waitingCount + server.connectionCount;
      if (left !== 0) throw new Error(`${left} are left`);
    });

/** What a call came to: its text, or the code of its error; twice would be told. */
async function call(cx: Cx, pool: Pool, protocol: "http/1.1" | "h2"): Promise<string> {
  const upstream = identify({ scheme: "http", host: "192.0.2.2", protocol });
  const ends: string[] = [];
  const over = new Promise<void>((resolve) => {
    let text = "";
    const end = (how: string): void => {
      ends.push(how);
      resolve();
    };
    pool.dispatch(
      upstream,
      { method: "GET", target: "/", fields: HOST, content: "none" },
      {
        onHead: () => {},
        onContent: (bytes) => {
          text += new TextDecoder().decode(bytes);
          return true;
        },
        onEnd: () => end(text),
        onError: ({ code }) => end(code),
      },
    );
  });
  await fromPromise(cx, over, "link:0.near");
  await cx.yield();
  return ends.join(" and ");
}

describe.each(["http/1.1", "h2"] as const)("row: R9 the pool over %s in the lab", (protocol) => {
  it("an upstream that dies at any time: the call has one end, and nothing is left", async () => {
    const ends = new Set<string>();
    const found = await search(
      program(protocol, async (cx, { network, pool }) => {
        await cx.withRegion({}, (region) => {
          region.spawn(async (own) => void ends.add(await call(own, pool, protocol)));
          region.spawn(async (own) => {
            await own.yield();
            network.links[0]?.cut();
          });
        });
      }),
      { maxExecutions: 3_000 },
    );
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect(found.executions).toBeGreaterThan(10);
    expect([...ends].toSorted()).toEqual(["client.connection.closed", "hello"]);
  });

  it("calls at once over random orders: each has its answer", async () => {
    const { failure } = await sweep(
      program(protocol, async (cx, { pool, served }) => {
        const texts: string[] = [];
        await cx.withRegion({}, (region) => {
          for (let n = 0; n < 3; n++)
            region.spawn(async (own) => void texts.push(await call(own, pool, protocol)));
        });
        if (texts.join() !== "hello,hello,hello" || served.count !== 3)
          throw new Error(`${served.count} were served: ${texts.join()}`);
      }),
      50,
    );
    expect(failure?.violation).toBeUndefined();
  });
});

// The same grant in front of other senders: undici with pinned connections, and the fetch that Node has, which resolves by
// itself.

import { authorize, FetchGrant, type Fetch } from "@wirewall/authority";
import { afterEach, describe, expect, it } from "vitest";
import { Agent, fetch as undiciFetch } from "undici";
import { NodeFetchHost, pinnedConnect, type ResolveName } from "../src/index.js";
import { closeAll, closing, denialOf, echo, here, serving } from "./authority-fixture.js";

afterEach(closeAll);

/** undici's fetch, whose agent has the grant. */
function byUndici(grant: FetchGrant, resolve?: ResolveName): Fetch {
  const dispatcher = new Agent({ connect: pinnedConnect(grant, resolve) as never });
  closing(() => dispatcher.close());
  const send = (url: string, init: RequestInit): Promise<Response> =>
    undiciFetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>;
  return authorize(send, grant, new NodeFetchHost());
}

/** What is under the error of undici, which wraps it. */
async function causeOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return (
    (error as { denial?: unknown; cause?: { denial?: unknown } }).denial ??
    (error as { cause: { denial: unknown } }).cause.denial
  );
}

describe("row: P1 undici", () => {
  it("a literal that was granted, and every redirect judged", async () => {
    const { origin, seen } = await serving((request, response) => {
      if (request.url === "/away")
        response.writeHead(302, { location: "http://169.254.169.254/" }).end();
      else echo(request, response);
    });
    const send = byUndici(new FetchGrant({ origins: [here(origin)], methods: ["GET", "POST"] }));
    expect(
      await (await send(`${origin}/x`, { method: "POST", body: "hello" })).json(),
    ).toMatchObject({ method: "POST", body: "hello" });
    expect(await denialOf(send(`${origin}/away`))).toMatchObject({ name: "OriginDenied" });
    expect(await denialOf(send(`${origin}/x`, { headers: { cookie: "a=b" } }))).toMatchObject({
      name: "CredentialsDenied",
    });
    expect(seen).toHaveLength(2);
  });

  it("threat: AU-03, AU-04 a name is resolved by us, judged, and dialled as judged", async () => {
    const { origin, seen } = await serving(echo);
    const { port } = new URL(origin);
    const place = `http://inside.example:${port}`;
    let asked = 0;
    const resolve: ResolveName = async () => {
      asked++;
      return { addresses: [Uint8Array.of(127, 0, 0, 1)], ageMs: 0 };
    };
    const open = byUndici(
      new FetchGrant({ origins: [{ origin: place, privateAddress: true }], methods: ["GET"] }),
      resolve,
    );
    expect((await open(place)).status).toBe(200);
    expect(asked).toBe(1);
    const shut = byUndici(new FetchGrant({ origins: [place], methods: ["GET"] }), resolve);
    expect(await causeOf(shut(place))).toMatchObject({ name: "AddressDenied", reason: "loopback" });
    expect(seen).toHaveLength(1);
  });
});

describe("row: P1 the fetch of the platform", () => {
  it("is used where the grant accepts that it resolves, and is bounded all the same", async () => {
    const { origin, seen } = await serving((request, response) => {
      if (request.url === "/away") response.writeHead(307, { location: "/x" }).end();
      else response.end("x".repeat(100));
    });
    const platform = {
      now: () => performance.now(),
      after: (ms: number, run: () => void) => setTimeout(run, ms),
      clear: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
      pins: false,
    };
    const options = {
      origins: [here(origin)],
      methods: ["GET"],
      limits: { maxResponseBytes: 100 },
    };
    const strict = authorize(fetch as never, new FetchGrant(options), platform);
    expect(await denialOf(strict(origin))).toMatchObject({ reason: "not-pinned" });
    expect(seen).toHaveLength(0);
    const lax = authorize(
      fetch as never,
      new FetchGrant({ ...options, pinning: "host" }),
      platform,
    );
    const response = await lax(`${origin}/away`);
    expect(response).toMatchObject({ redirected: true, url: `${origin}/x` });
    expect(await response.text()).toHaveLength(100);
    const small = authorize(
      fetch as never,
      new FetchGrant({ ...options, pinning: "host", limits: { maxResponseBytes: 99 } }),
      platform,
    );
    expect(await denialOf(small(origin).then((each) => each.text()))).toMatchObject({
      limit: "maxResponseBytes",
    });
  });
});

// Real sockets with a path: granted, not granted, and behind a link.

import { FetchGrant, UnixSocketGrant } from "@wirewall/authority";
import { identify, pinnedDial, Pool, systemResolver, unixSockets } from "@wirewall/client";
import { platformClock } from "@wirewall/host";
import type { TraceEvent } from "@wirewall/trace";
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "wirewall-unix-")));
const path = join(folder, "a.sock");
const link = join(folder, "link.sock");
let served = 0;
const server = createServer((_request, response) => {
  served++;
  response.end("here");
});

beforeAll(async () => {
  server.listen(path);
  await once(server, "listening");
  symlinkSync(path, link);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe("row: P1 unix sockets", () => {
  const grant = new UnixSocketGrant({ paths: [path, link, join(folder, "none.sock")] });

  it("connects to a path that is granted", async () => {
    const socket = unixSockets(grant).connect(path);
    await once(socket, "connect");
    socket.destroy();
  });

  it("refuses a link, though its name is granted, and whatever is not", () => {
    const sockets = unixSockets(grant);
    const denied = (reason: string | undefined): Error =>
      expect.objectContaining({
        code: "authority.unix-socket.path-denied",
        denial: expect.objectContaining(reason === undefined ? {} : { reason }) as unknown,
      }) as Error;
    expect(() => sockets.connect(link)).toThrow(denied("link"));
    expect(() => sockets.connect(join(folder, "b.sock"))).toThrow(denied(undefined));
  });

  it("refuses a link to what is not there yet, and tells it", () => {
    const dangling = join(folder, "dangling.sock");
    symlinkSync(join(folder, "nobody.sock"), dangling);
    const events: TraceEvent[] = [];
    const trace = { event: (event: TraceEvent) => void events.push(event) };
    const sockets = unixSockets(new UnixSocketGrant({ paths: [dangling] }), trace);
    expect(() => sockets.connect(dangling)).toThrow(/PathDenied \(link\)/);
    expect(events).toMatchObject([{ kind: "policy_denied" }]);
  });

  it("what is not there says so when it is connected to", async () => {
    const socket = unixSockets(grant).connect(join(folder, "none.sock"));
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ENOENT");
  });

  const requested = async (
    origins: readonly string[],
    sockets: UnixSocketGrant | undefined,
    at: string,
  ): Promise<string> => {
    const fetching = new FetchGrant({ origins, methods: ["GET"] });
    const dial = pinnedDial(fetching, systemResolver, sockets);
    const pool = new Pool({}, { clock: platformClock, dial });
    try {
      const upstream = identify({ scheme: "http", host: "api.example.org", path: at });
      const response = await pool.request(upstream, { method: "GET", target: "/" });
      return new TextDecoder().decode(await response.bytes());
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      return cause?.code ?? String(error);
    } finally {
      await pool.close();
    }
  };

  it("a pool reaches one for an origin that is granted, and only with both grants", async () => {
    const origins = ["http://api.example.org"];
    expect(await requested(origins, grant, path)).toBe("here");
    const before = served;
    expect(await requested([], grant, path)).toBe("authority.fetch.address-denied");
    for (const sockets of [undefined, UnixSocketGrant.none])
      expect(await requested(origins, sockets, path)).toBe("authority.unix-socket.path-denied");
    expect(await requested(origins, grant, link)).toBe("authority.unix-socket.path-denied");
    expect(served).toBe(before);
  });
});

// A resolver of our own, asked over UDP, which changes its answer: what was judged is what is dialled.

import { FetchGrant } from "@wirewall/authority";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { platformClock } from "@wirewall/host";
import { authorityFetch, dnsResolver, pinnedDial, Pool, systemResolver } from "../src/index.js";

const A = 1;
const AAAA = 28;
/** Documented to be public, and nobody here answers for it. */
const PUBLIC = [93, 184, 215, 14];

type Records = (asked: number) => readonly (readonly number[])[];

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A DNS server (RFC 1035 §4) that answers A with what `records` says for the nth question. */
async function resolver(
  records: Records,
  ttl = 0,
): Promise<{ server: string; asked: () => number }> {
  const socket = createSocket("udp4");
  let asked = 0;
  socket.on("message", (query, from) => {
    const end = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(end - 4);
    const answers = type === A ? records(asked++) : [];
    const head = Buffer.from(query.subarray(0, end));
    head.writeUInt16BE(0x8180, 2);
    for (const [at, count] of [1, answers.length, 0, 0].entries())
      head.writeUInt16BE(count, 4 + 2 * at);
    const bodies = answers.map((address) => {
      const body = Buffer.alloc(12 + address.length);
      body.writeUInt16BE(0xc00c, 0);
      body.writeUInt16BE(address.length === 4 ? A : AAAA, 2);
      body.writeUInt16BE(1, 4);
      body.writeUInt32BE(ttl, 6);
      body.writeUInt16BE(address.length, 10);
      body.set(address, 12);
      return body;
    });
    socket.send(Buffer.concat([head, ...bodies]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  ends.push(() => socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked: () => asked };
}

/** Something that nobody outside should reach. */
async function inside(): Promise<{ port: number; reached: () => number }> {
  let reached = 0;
  const server: Server = createServer((_request, response) => response.end("secret"));
  server.on("connection", () => reached++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, reached: () => reached };
}

function granted(origin: string, server: string, privateAddress = false) {
  const grant = new FetchGrant({
    origins: [{ origin, privateAddress }],
    methods: ["GET"],
    limits: { connectTimeoutMs: 300 },
  });
  const made = authorityFetch(grant, { resolve: dnsResolver([server]) });
  ends.push(made.close);
  return made.fetch;
}

describe("row: P1 threat: AU-04 DNS rebinding", () => {
  const flips: Records = (asked) => [asked === 0 ? PUBLIC : [127, 0, 0, 1]];

  it("control: a guard that resolves, judges and then lets the name be resolved again is passed", async () => {
    const { port, reached } = await inside();
    const { server } = await resolver(flips);
    const own = new Resolver();
    own.setServers([server]);
    const ask = () =>
      new Promise<string[]>((resolve, reject) =>
        own.resolve4("rebind.example", (error, found) => (error ? reject(error) : resolve(found))),
      );
    expect(await ask()).toEqual([PUBLIC.join(".")]);
    const text = await new Promise<string>((resolve, reject) => {
      get(
        {
          host: "rebind.example",
          port,
          lookup: (_name, options, callback) => {
            ask().then(([address = ""]) => {
              if (options.all === true) callback(null, [{ address, family: 4 }]);
              else callback(null, address, 4);
            }, reject);
          },
        },
        (response) => response.setEncoding("utf8").on("data", resolve),
      ).on("error", reject);
    });
    expect(text).toBe("secret");
    expect(reached()).toBe(1);
  });

  it("the first answer is dialled, and when a second one comes it is judged", async () => {
    const { port, reached } = await inside();
    const { server, asked } = await resolver(flips);
    const origin = `http://rebind.example:${port}`;
    const send = granted(origin, server);
    // Nobody is at the public address here; that it was tried, and nothing else, is what counts.
    await expect(send(origin)).rejects.not.toHaveProperty("denial");
    expect(asked()).toBe(1);
    await expect(send(origin)).rejects.toMatchObject({
      denial: { name: "AddressDenied", reason: "loopback" },
    });
    expect(asked()).toBe(2);
    expect(reached()).toBe(0);
  });

  it("a mixed answer is denied whole", async () => {
    const { port, reached } = await inside();
    const { server } = await resolver(() => [PUBLIC, [127, 0, 0, 1]]);
    const origin = `http://mixed.example:${port}`;
    await expect(granted(origin, server)(origin)).rejects.toMatchObject({
      denial: { name: "AddressDenied" },
    });
    expect(reached()).toBe(0);
  });

  it("a private origin is reached by its name, once per connection and not per request", async () => {
    const { port, reached } = await inside();
    const { server, asked } = await resolver(() => [[127, 0, 0, 1]]);
    const origin = `http://own.example:${port}`;
    const send = granted(origin, server, true);
    for (let count = 0; count < 3; count++)
      expect(await (await send(origin)).text()).toBe("secret");
    expect([reached(), asked()]).toEqual([1, 1]);
  });

  it("threat: AU-14 too many answers, and none", async () => {
    const { port } = await inside();
    const origin = `http://many.example:${port}`;
    const many = await resolver(() => Array.from({ length: 20 }, (_, at) => [127, 0, 0, at + 1]));
    const grant = new FetchGrant({
      origins: [{ origin, privateAddress: true }],
      methods: ["GET"],
      limits: { maxDnsAnswerCount: 19 },
    });
    const made = authorityFetch(grant, { resolve: dnsResolver([many.server]) });
    ends.push(made.close);
    await expect(made.fetch(origin)).rejects.toMatchObject({
      denial: { name: "LimitExceeded", limit: "maxDnsAnswerCount", observed: 20 },
    });
    const none = await resolver(() => []);
    await expect(granted(origin, none.server, true)(origin)).rejects.toThrow();
  });
});

describe("row: P1 threat: AU-03, AU-06 the dial judges by itself", () => {
  it("a literal address and a Unix socket, which no resolver is asked for", async () => {
    const { port, reached } = await inside();
    const grant = new FetchGrant({ origins: [`http://127.0.0.1:${port}`], methods: ["GET"] });
    const pool = new Pool({}, { clock: platformClock, dial: pinnedDial(grant, systemResolver) });
    ends.push(() => pool.close());
    const code = "client.connect.denied";
    await expect(pool.request(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code });
    await expect(pool.request({ scheme: "http", path: "/run/none.sock" })).rejects.toMatchObject({
      code,
    });
    await expect(pool.request("http://other.example")).rejects.toMatchObject({
      code: expect.stringMatching(/denied|unresolved/),
    });
    expect(reached()).toBe(0);
  });
});

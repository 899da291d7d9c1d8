// What comes back to an authorised fetch is bounded in size and time, and never looks whole when it is not.

import type { FetchGrantOptions } from "@wirewall/authority";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import {
  closeAll,
  denialOf,
  echo,
  granted,
  here,
  serving,
  type Answer,
} from "./authority-fixture.js";

afterEach(closeAll);

describe("row: P1 block: SEC-BLOCK-03 bounds of what comes back", () => {
  const bounded = async (answer: Answer, limits: FetchGrantOptions["limits"]) => {
    const { origin } = await serving(answer);
    return granted({
      origins: [here(origin)],
      methods: ["GET", "POST"],
      ...(limits && { limits }),
    })(origin);
  };
  const sized =
    (size: number): Answer =>
    (_request, response) => {
      response.write(Buffer.alloc(size - 1, 97));
      setImmediate(() => response.end("b"));
    };

  it.each([9_999, 10_000])("a content of %i bytes, where 10,000 may be", async (size) => {
    const response = await bounded(sized(size), { maxResponseBytes: 10_000 });
    expect((await response.arrayBuffer()).byteLength).toBe(size);
  });

  it("one of 10,001 ends in an error, also where its length was not said", async () => {
    const response = await bounded(sized(10_001), { maxResponseBytes: 10_000 });
    await expect(response.arrayBuffer()).rejects.toThrow();
    const said: Answer = (_request, answer) => answer.end(Buffer.alloc(10_001));
    await expect(bounded(said, { maxResponseBytes: 10_000 })).rejects.toThrow();
  });

  it("a bomb is stopped by its ratio, and by its size", async () => {
    const bomb: Answer = (_request, response) =>
      response
        .writeHead(200, { "content-encoding": "gzip" })
        .end(gzipSync(Buffer.alloc(4_000_000)));
    for (const limits of [{ inflateFloorBytes: 100_000 }, { maxDecodedBytes: 1_000_000 }, {}]) {
      const response = await bounded(bomb, limits);
      await expect(response.arrayBuffer()).rejects.toThrow();
    }
    const wide = { maxInflateRatio: 100_000 };
    expect((await (await bounded(bomb, wide)).arrayBuffer()).byteLength).toBe(4_000_000);
  });

  it("more codings than two are refused", async () => {
    const many: Answer = (_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip, gzip, gzip" }).end("x");
    expect(await denialOf(bounded(many, {}))).toMatchObject({
      name: "LimitExceeded",
      limit: "maxContentCodingCount",
      observed: 3,
    });
  });

  it("field lines are counted", async () => {
    const lines =
      (count: number): Answer =>
      (_request, response) => {
        response.sendDate = false;
        for (let at = 0; at < count - 3; at++) response.setHeader(`x-${at}`, "1");
        response.writeHead(200, { "content-length": 0 }).end();
      };
    expect((await bounded(lines(20), { maxResponseHeaderCount: 20 })).status).toBe(200);
    await expect(bounded(lines(25), { maxResponseHeaderCount: 20 })).rejects.toThrow();
  });

  it("an upload over its bound is cut off, whole or as a stream", async () => {
    const { origin } = await serving(echo);
    const send = granted({
      origins: [here(origin)],
      methods: ["POST"],
      limits: { maxRequestBodyBytes: 10 },
    });
    const init = (body: unknown) => ({ method: "POST", body, duplex: "half" }) as RequestInit;
    expect(await (await send(origin, init("0123456789"))).json()).toMatchObject({
      body: "0123456789",
    });
    for (const body of ["0123456789a", new Blob(["0123456789a"])])
      expect(await denialOf(send(origin, init(body)))).toMatchObject({
        limit: "maxRequestBodyBytes",
        observed: 11,
      });
    await expect(send(origin, init(new Blob(["0123456789a"]).stream()))).rejects.toThrow();
  });

  it.each([
    ["firstByteTimeoutMs", (): void => {}],
    ["totalTimeoutMs", (): void => {}],
    [
      "chunkTimeoutMs",
      (_request: IncomingMessage, response: ServerResponse): void => void response.write("x"),
    ],
  ] as const)("%s ends the transfer", async (limit, answer) => {
    const read = bounded(answer as Answer, { [limit]: 30 }).then((response) => response.text());
    expect(await denialOf(read)).toMatchObject({ name: "LimitExceeded", limit, max: 30 });
  });

  it("the caller's signal ends it with the caller's reason, before and after the head", async () => {
    const { origin } = await serving((_request, response) => void response.write("x"));
    const send = granted({ origins: [here(origin)], methods: ["GET"] });
    const reason = new Error("enough");
    await expect(send(origin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const response = await send(origin, { signal: controller.signal });
    const text = response.text();
    controller.abort(reason);
    await expect(text).rejects.toBe(reason);
  });
});

// The authorised fetch over a sender that is a function: what is handed to whatever sends, and what is not.

import { describe, expect, it } from "vitest";
import { authorize, FetchGrant, type FetchGrantOptions, type FetchPlatform } from "../src/index.js";

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

const platform: FetchPlatform = { now: () => 0, after: () => 0, clear: () => {}, pins: true };

/** A fetch whose requests are answered one after the other. */
function answering(answers: readonly Response[], options: FetchGrantOptions, on = platform) {
  const sent: Sent[] = [];
  const left = [...answers];
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    sent.push({ url, init });
    return left.shift() ?? new Response("end");
  };
  return { fetch: authorize(send, new FetchGrant(options), on), sent };
}

const to = (location: string, status = 302): Response =>
  new Response(null, { status, headers: { location } });
const denied = (denial: object): object => ({ denial });
const A = "https://a.example";
const B = "https://b.example";

describe("row: P1 what is handed on", () => {
  it("cookies of the platform only where they were granted, and not across origins", async () => {
    const origins = [
      { origin: A, credentials: true },
      { origin: B, credentials: true },
    ];
    const { fetch, sent } = answering([to(`${A}/2`), to(`${B}/3`), to(`${A}/4`)], {
      origins,
      methods: ["GET"],
    });
    await fetch(A, { credentials: "include" });
    expect(sent.map(({ init }) => init.credentials)).toEqual([
      "include",
      "include",
      "omit",
      "omit",
    ]);
    const plain = answering([], { origins: [A], methods: ["GET"] });
    await plain.fetch(A);
    await expect(plain.fetch(A, { credentials: "include" })).rejects.toMatchObject(
      denied({ name: "CredentialsDenied" }),
    );
    expect(plain.sent.map(({ init }) => init.credentials)).toEqual(["omit"]);
  });

  it("https never goes on as http, also where both are granted", async () => {
    const { fetch, sent } = answering([to("http://a.example/")], {
      origins: [A, "http://a.example"],
      methods: ["GET"],
    });
    await expect(fetch(A)).rejects.toMatchObject(
      denied({ name: "RedirectDenied", reason: "downgrade" }),
    );
    expect(sent).toHaveLength(1);
  });

  it("redirects are asked to be shown", async () => {
    const { fetch, sent } = answering([], { origins: [A], methods: ["GET"] });
    await fetch(A);
    expect(sent[0]?.init.redirect).toBe("manual");
  });

  it("threat: AU-15 one that a browser hides is refused", async () => {
    const hidden = Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
    const { fetch } = answering([hidden], { origins: [A], methods: ["GET"] });
    await expect(fetch(A)).rejects.toMatchObject(
      denied({ name: "RedirectDenied", reason: "opaque" }),
    );
  });

  it("where the platform resolves, a grant has to accept that", async () => {
    const browser = { ...platform, pins: false };
    const strict = answering([], { origins: [A], methods: ["GET"] }, browser);
    await expect(strict.fetch(A)).rejects.toMatchObject(
      denied({ name: "AddressDenied", reason: "not-pinned" }),
    );
    expect(strict.sent).toHaveLength(0);
    const lax = answering([], { origins: [A], methods: ["GET"], pinning: "host" }, browser);
    expect((await lax.fetch(A)).status).toBe(200);
  });

  it("what is looked at once cannot answer differently the second time", async () => {
    const { fetch, sent } = answering([], { origins: [A], methods: ["GET"] });
    let asked = 0;
    const shifty = {
      get method() {
        return asked++ === 0 ? "GET" : "DELETE";
      },
    };
    await fetch(A, shifty);
    expect(sent[0]?.init.method).toBe("GET");
  });
});

describe("row: P1 block: SEC-BLOCK-03 content that is counted", () => {
  const reading = async (
    size: number,
    headers: Record<string, string>,
    limits: FetchGrantOptions["limits"],
  ) => {
    const options = { origins: [A], methods: ["GET"], ...(limits && { limits }) };
    const half = new Uint8Array(size / 2);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(half);
        controller.enqueue(new Uint8Array(size - half.length));
        controller.close();
      },
    });
    const { fetch } = answering([new Response(body, { headers })], options);
    return (await (await fetch(A)).arrayBuffer()).byteLength;
  };
  const coded = { "content-encoding": "gzip" };

  it.each([
    ["maxResponseBytes", {}, 100, { maxResponseBytes: 100 }],
    ["maxDecodedBytes", coded, 100, { maxDecodedBytes: 100 }],
    [
      "maxInflateRatio",
      { ...coded, "content-length": "10" },
      100,
      { maxInflateRatio: 10, inflateFloorBytes: 1 },
    ],
    [
      "maxInflateRatio",
      { ...coded, "content-length": "10" },
      200,
      { maxInflateRatio: 10, inflateFloorBytes: 200 },
    ],
  ] as const)("%s with %j", async (limit, headers, max, limits) => {
    expect(await reading(max - 1, headers, limits)).toBe(max - 1);
    expect(await reading(max, headers, limits)).toBe(max);
    await expect(reading(max + 1, headers, limits)).rejects.toMatchObject(
      denied({ name: "LimitExceeded", limit, observed: max + 1 }),
    );
  });
});

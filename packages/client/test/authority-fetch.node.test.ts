// An authorised fetch over real sockets: what leaves the machine is what was granted, at every hop.

import { FetchGrant } from "@wirewall/authority";
import type { TraceEvent } from "@wirewall/trace";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { authorityFetch } from "../src/index.js";
import { closeAll, closing, denialOf, echo, granted, here, serving } from "./authority-fixture.js";

afterEach(closeAll);

describe("row: P1 a fetch that was granted", () => {
  it("sends method, fields and every kind of body, and answers as Fetch does", async () => {
    const { origin } = await serving(echo);
    const send = granted({ origins: [here(origin)], methods: ["GET", "POST"] });
    const response = await send(`${origin}/a?b=c#d`, { headers: { "X-One": "1" } });
    expect(response).toMatchObject({
      ok: true,
      status: 200,
      url: `${origin}/a?b=c#d`,
      redirected: false,
    });
    expect(await response.json()).toMatchObject({
      method: "GET",
      url: "/a?b=c",
      headers: { "x-one": "1", accept: "*/*" },
    });
    const form = new FormData();
    form.set("k", "v");
    for (const [body, text, type] of [
      ["text", "text", "text/plain;charset=UTF-8"],
      [
        new URLSearchParams({ k: "v w" }),
        "k=v+w",
        "application/x-www-form-urlencoded;charset=UTF-8",
      ],
      [new Blob(["blob"], { type: "x/y" }), "blob", "x/y"],
      [Uint8Array.of(104, 105), "hi", undefined],
      [new Blob(["stream"]).stream(), "stream", undefined],
      [form, "form-data", "multipart/form-data"],
    ] as const) {
      const answer = await send(origin, { method: "post", body, duplex: "half" } as RequestInit);
      const got = (await answer.json()) as { body: string; headers: Record<string, string> };
      expect(got.body).toContain(text);
      if (type === undefined) expect(got.headers).not.toHaveProperty("content-type");
      else expect(got.headers["content-type"]).toContain(type);
    }
  });

  it("takes a Request, whose content is read once", async () => {
    const { origin } = await serving(echo);
    const send = granted({ origins: [here(origin)], methods: ["PUT"] });
    const request = new Request(`${origin}/x`, {
      method: "PUT",
      body: "hello",
      headers: { "x-a": "b" },
    });
    expect(await (await send(request)).json()).toMatchObject({
      method: "PUT",
      body: "hello",
      headers: { "x-a": "b" },
    });
    expect(request.bodyUsed).toBe(true);
  });

  it("threat: AU-06 options that lead elsewhere are refused by name", async () => {
    const { origin, seen } = await serving(echo);
    const send = granted({ origins: [here(origin)], methods: ["GET"] });
    for (const name of ["dispatcher", "agent", "socketPath", "unix", "proxy", "lookup", "tls"])
      await expect(send(origin, { [name]: {} } as RequestInit)).rejects.toThrow(`"${name}"`);
    await expect(send(origin, { mode: "no-cors" })).rejects.toThrow(/no-cors/);
    await expect(send(origin, { keepalive: true })).rejects.toThrow(/keepalive/);
    await expect(send(origin, { integrity: "sha256-x" })).rejects.toThrow(/integrity/);
    expect(seen).toHaveLength(0);
  });

  it("what is denied sends nothing, and is told as an event without any text of the caller", async () => {
    const { origin, seen } = await serving(echo);
    const events: TraceEvent[] = [];
    const send = granted({ origins: [here(origin)], methods: ["GET"] }, events);
    const url = `${origin}/canary-path?canary-query`;
    expect(await denialOf(send(url, { method: "DELETE" }))).toMatchObject({ name: "MethodDenied" });
    const headers = { authorization: "canary-value" };
    expect(await denialOf(send(url, { headers }))).toMatchObject({ name: "CredentialsDenied" });
    expect(seen).toHaveLength(0);
    expect(events.map(({ kind, data }) => [kind, data["code"]])).toEqual([
      ["policy_denied", "authority.fetch.method-denied"],
      ["policy_denied", "authority.fetch.credentials-denied"],
    ]);
    expect(JSON.stringify(events)).not.toContain("canary");
  });

  it("a name that resolves to this machine is denied, whoever was granted it", async () => {
    const { origin, seen } = await serving(echo);
    const port = new URL(origin).port;
    const send = authorityFetch(
      new FetchGrant({ origins: [`http://inside.example:${port}`], methods: ["GET"] }),
      { resolve: async () => ({ addresses: [Uint8Array.of(127, 0, 0, 1)], ageMs: 0 }) },
    );
    closing(send.close);
    expect(await denialOf(send.fetch(`http://inside.example:${port}/`))).toMatchObject({
      name: "AddressDenied",
      reason: "loopback",
    });
    expect(seen).toHaveLength(0);
  });

  it("threat: AU-03 a literal and a name for the same address get the same decision", async () => {
    const { origin } = await serving(echo);
    const port = new URL(origin).port;
    const resolve = async () => ({ addresses: [Uint8Array.of(127, 0, 0, 1)], ageMs: 0 });
    for (const privateAddress of [true, false])
      for (const host of ["127.0.0.1", "inside.example"]) {
        const place = `http://${host}:${port}`;
        const grant = new FetchGrant({
          origins: [{ origin: place, privateAddress }],
          methods: ["GET"],
        });
        const made = authorityFetch(grant, { resolve });
        closing(made.close);
        const outcome = await made.fetch(place).then(
          (response) => response.status,
          (error: { code: string }) => error.code,
        );
        expect(outcome, host).toBe(privateAddress ? 200 : "authority.fetch.address-denied");
      }
  });
});

describe("row: P1 threat: AU-05, AU-10 block: SEC-WARN-02 redirects", () => {
  it("every hop is judged: origin, address, method, scheme, count", async () => {
    let location = "";
    let status = 302;
    const { origin } = await serving((_request, response) =>
      response.writeHead(status, { location }).end(),
    );
    const { origin: other, seen } = await serving(echo);
    const send = granted({
      origins: [here(origin), "https://far.example"],
      methods: ["GET", "POST"],
    });
    for (const [to, expected] of [
      [other, { name: "OriginDenied" }],
      ["http://169.254.169.254/latest", { name: "OriginDenied" }],
      ["ftp://far.example/", { name: "InvalidUrl", reason: "scheme" }],
      ["http://u:p@127.0.0.1/", { name: "InvalidUrl", reason: "user-info" }],
      ["\\\\127.0.0.1", { name: "InvalidUrl" }],
      ["http:127.0.0.1", { name: "InvalidUrl" }],
      ["/again", { name: "RedirectDenied", reason: "count", max: 5, observed: 6 }],
    ] as const)
      for (status of [301, 302, 303, 307, 308]) {
        location = to;
        expect(await denialOf(send(origin)), `${status} ${to}`).toMatchObject(expected);
      }
    expect(seen).toHaveLength(0);
  });

  it("five redirects are followed, and the response says so", async () => {
    let left = 5;
    const { origin, seen } = await serving((request, response) => {
      if (left-- > 0) response.writeHead(307, { location: `/${left}` }).end();
      else echo(request, response);
    });
    const send = granted({ origins: [here(origin)], methods: ["POST"] });
    const response = await send(origin, { method: "POST", body: "again" });
    expect(response).toMatchObject({ status: 200, redirected: true, url: `${origin}/0` });
    expect(await response.json()).toMatchObject({ method: "POST", body: "again" });
    expect(seen).toHaveLength(6);
  });

  it("credentials stay where they were granted, and do not come back on A → B → A", async () => {
    const hops: string[] = [];
    const { origin: b, seen: atB } = await serving((_request, response) =>
      response.writeHead(302, { location: hops.shift() }).end(),
    );
    const { origin: a, seen: atA } = await serving((request, response) => {
      if (request.url === "/start") response.writeHead(302, { location: `${b}/there` }).end();
      else echo(request, response);
    });
    hops.push(`${a}/back`);
    const send = granted({
      origins: [here(a, { credentials: true }), here(b, { credentials: true })],
      methods: ["GET"],
    });
    const headers = {
      authorization: "Bearer canary",
      cookie: "canary=1",
      "x-api-key": "canary",
      "x-custom": "canary",
      "accept-language": "de",
      "user-agent": "me",
    };
    const response = await send(`${a}/start`, { headers });
    const back = (await response.json()) as { headers: Record<string, string> };
    expect(atA[0]?.headers).toMatchObject({ authorization: "Bearer canary", cookie: "canary=1" });
    const kept = ["accept", "accept-language", "host", "user-agent"];
    for (const fields of [atB[0]?.headers ?? {}, back.headers]) {
      expect(JSON.stringify(fields)).not.toContain("canary");
      expect(Object.keys(fields).toSorted()).toEqual(kept);
    }
    expect(back.headers).toMatchObject({ "accept-language": "de", "user-agent": "me" });
  });

  it("301, 302 and 303 turn POST into GET, which has to be granted", async () => {
    const { origin } = await serving((request, response) => {
      if (request.url === "/end") echo(request, response);
      else response.writeHead(Number(request.url?.slice(1)), { location: "/end" }).end();
    });
    const both = granted({ origins: [here(origin)], methods: ["GET", "POST"] });
    const only = granted({ origins: [here(origin)], methods: ["POST"] });
    for (const status of [301, 302, 303]) {
      const init = { method: "POST", body: "x", headers: { "content-type": "a/b" } };
      const got = (await (await both(`${origin}/${status}`, init)).json()) as { headers: object };
      expect(got).toMatchObject({ method: "GET", body: "" });
      expect(got.headers).not.toHaveProperty("content-type");
      expect(await denialOf(only(`${origin}/${status}`, init))).toMatchObject({
        name: "MethodDenied",
      });
    }
  });

  it("a body crosses origins only where that was granted, and a stream is never sent twice", async () => {
    const { origin: there } = await serving(echo);
    const { origin } = await serving((request, response) => {
      request.resume();
      request.on("end", () => response.writeHead(307, { location: there }).end());
    });
    const options = { origins: [here(origin), here(there)], methods: ["POST"] };
    const careful = granted(options);
    const init = { method: "POST", body: "x" };
    expect(await denialOf(careful(origin, init))).toMatchObject({
      name: "RedirectDenied",
      reason: "content",
    });
    const generous = granted({ ...options, crossOriginBody: true });
    expect(await (await generous(origin, init)).json()).toMatchObject({
      method: "POST",
      body: "x",
    });
    const stream = {
      method: "POST",
      body: new Blob(["x"]).stream(),
      duplex: "half",
    } as RequestInit;
    expect(await denialOf(generous(origin, stream))).toMatchObject({ reason: "stream" });
  });

  it("the caller may ask for redirects as errors, or to see them", async () => {
    const { origin } = await serving((_request, response) =>
      response.writeHead(302, { location: "/x" }).end(),
    );
    const send = granted({ origins: [here(origin)], methods: ["GET"] });
    expect(await denialOf(send(origin, { redirect: "error" }))).toMatchObject({
      reason: "unwanted",
    });
    expect(await send(origin, { redirect: "manual" })).toMatchObject({
      status: 302,
      redirected: false,
    });
  });

  it("Refresh is not followed", async () => {
    const { origin, seen } = await serving((_request, response) =>
      response.writeHead(200, { refresh: "0; url=/x" }).end(),
    );
    await granted({ origins: [here(origin)], methods: ["GET"] })(origin);
    expect(seen).toHaveLength(1);
  });
});

describe("row: P1 threat: AU-11 credentials in texts", () => {
  it("no error, denial or event holds a secret of URL, field or content, raw or encoded", async () => {
    const marker = "canary-8f3a";
    const { origin } = await serving((request) => void request.socket.destroy());
    const events: TraceEvent[] = [];
    const send = granted(
      { origins: [here(origin, { credentials: true })], methods: ["POST"] },
      events,
    );
    const { port } = new URL(origin);
    const headers = { authorization: `Basic ${btoa(`u:${marker}`)}`, "x-a": marker };
    const texts: string[] = [];
    for (const [url, init] of [
      [`http://${marker}:${marker}@127.0.0.1:${port}/`, {}],
      [`${origin}/${marker}?${marker}`, { method: "PUT" }],
      [`${origin}/${marker}?${marker}`, { method: "POST", headers, body: marker }],
      [`http://127.0.0.1:1/${marker}`, { method: "POST" }],
      [`${origin}/`, { method: "POST", headers: { "x-b": `${marker}\n` } }],
    ] as const) {
      const error: unknown = await send(url, init).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      texts.push(inspect(error, { depth: 9, showHidden: true }).replaceAll(/ +at .*/g, ""));
    }
    const all = texts.join() + JSON.stringify(events);
    for (const form of [
      marker,
      btoa(`u:${marker}`),
      Buffer.from(marker).toString("hex"),
      btoa(marker),
    ])
      expect(all).not.toContain(form);
  });
});

describe("row: P1 threat: AU-13 one path", () => {
  it.each([
    "/a%2Fb",
    "//a//b",
    "/a%5Cb",
    "/%252e%252e/x",
    "/a/../b",
    "/a/%2e%2e/b",
    "/./a",
    "/a;b=c/../d",
    "/%00",
    "/ä",
  ])("%s: what a handler gets is what was judged", async (path) => {
    const { origin, seen } = await serving(echo);
    const send = granted({ origins: [here(origin)], methods: ["GET"] });
    const { pathname } = new URL(origin + path);
    expect(new URL((await send(origin + path)).url).pathname).toBe(pathname);
    expect(seen.map(({ url }) => url)).toEqual([pathname]);
  });
});

import { serve } from "@wirewall/server";
import { describe, expect, it } from "vitest";
import { createGateway } from "../src/index.js";
import { atEnd } from "../../client/test/at-end.js";
import { guard, rawUpstream } from "./fixture.js";
import { inOrder, OK } from "../../client/test/raw-upstream.js";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

describe("gateway: what operators see", () => {
  it("JSON by default, each refusal counted once under its code", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { gateway, client } = await guard(upstream.url);
    const unused = await report(gateway);
    expect(unused).toMatchObject({
      status: "ok",
      upstream: { status: "unknown", lastError: null },
      refusals: {},
    });
    await client().send(GET).until("ok");
    for (let count = 0; count < 3; count++)
      await client().send("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n").ended();
    await client().send("BAD\r\n\r\n").ended();
    const told = await report(gateway);
    expect(told).toMatchObject({
      upstream: { status: "up", connections: 1, idle: 1, opened: 1, reused: 0, errors: {} },
      requests: { total: 1, live: 0, aborted: 0, truncated: 0 },
      responses: { "2xx": 1, "4xx": 0 },
      refusals: { "http1.host.duplicate": 3, "http1.request-line.syntax": 1 },
      bytes: { requestContent: 0, responseContent: 2 },
      connections: { accepted: 5, dropped: 0 },
    });
  });

  it("Prometheus by Accept, and at /metrics", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { gateway, client } = await guard(upstream.url);
    await client().send("GET / HTTP/1.1\r\n\r\n").ended();
    await client().send(GET).until("ok");
    const prometheus =
      "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    for (const request of [
      new Request("http://a/metrics"),
      new Request("http://a/", { headers: { accept: prometheus } }),
      new Request("http://a/", { headers: { accept: "text/plain" } }),
    ]) {
      const response = gateway.adminFetch(request);
      expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
      const text = await response.text();
      expect(text).toContain('wirewall_refusals_total{code="http1.host.missing"} 1\n');
      expect(text).toContain('wirewall_responses_total{class="2xx"} 1\n');
      expect(text).toContain("wirewall_requests_total 1\n");
      for (const line of text.trimEnd().split("\n"))
        expect(line).toMatch(
          /^(# (HELP|TYPE) wirewall_[a-z_]+ .+|wirewall_[a-z_]+(\{[a-z]+="[a-z0-9./-]+"\})? \d+(\.\d+)?)$/,
        );
    }
    for (const accept of ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json"])
      expect(
        gateway
          .adminFetch(new Request("http://a/", { headers: { accept } }))
          .headers.get("content-type"),
      ).toBe("application/json");
  });

  it("nothing else is there, and nothing is changed", () => {
    const { adminFetch } = createGateway({ upstream: "http://127.0.0.1:1" });
    expect(adminFetch(new Request("http://a/other")).status).toBe(404);
    expect(adminFetch(new Request("http://a/", { method: "POST" })).status).toBe(405);
    expect(adminFetch(new Request("http://a/", { method: "HEAD" })).status).toBe(200);
  });

  it("no input makes a label (threat: H1-34)", async () => {
    const upstream = await rawUpstream(inOrder("MARKER\r\n\r\n"));
    const { gateway, client } = await guard(upstream.url);
    await client().send("MARKER MARKER MARKER\r\n\r\n").ended();
    await client()
      .send("MARKER / HTTP/1.1\r\nHost: MARKER\r\nMARKER: MARKER\r\n\r\n")
      .until("http1.");
    for (const path of ["/", "/metrics"])
      expect(await gateway.adminFetch(new Request(`http://a${path}`)).text()).not.toContain(
        "MARKER",
      );
  });

  it("it is a handler for serve()", async () => {
    const { gateway } = await guard("http://127.0.0.1:1");
    const admin = await serve({ fetch: gateway.adminFetch });
    atEnd(() => admin.close({ timeoutMs: 0 }));
    const response = await fetch(admin.url);
    expect(await response.json()).toMatchObject({ status: "ok" });
  });
});

describe("gateway: options", () => {
  it("what is no upstream, or no limit, is refused", () => {
    for (const upstream of ["", "127.0.0.1:3000", "ftp://a", "http://a/path", "http://a?b"])
      expect(() => createGateway({ upstream })).toThrow(/^upstream: /);
    expect(() => createGateway({ upstream: "http://a", limits: { maxHopCount: 0 } })).toThrow(
      RangeError,
    );
    expect(() => createGateway({ upstream: "http://a", pool: { waitTimeoutMs: 0 } })).toThrow(
      RangeError,
    );
    expect(() =>
      createGateway({ upstream: "http://a", upstreamHttp1: { maxBodyBytes: Infinity } }),
    ).toThrow(RangeError);
  });

  it("any response length is allowed by default, and can be bounded", async () => {
    const upstream = await rawUpstream(
      inOrder("HTTP/1.1 200 OK\r\nContent-Length: 900000000000000\r\n\r\n"),
    );
    const open = await guard(upstream.url);
    await open.client().send(GET).until("content-length: 900000000000000");
    const bounded = await guard(upstream.url, { upstreamHttp1: { maxBodyBytes: 100 } });
    const peer = bounded.client().send(GET);
    await peer.until("upstream: http1.body.too-large\n");
    expect(peer.status).toBe(502);
  });
});

async function report(gateway: { adminFetch(request: Request): Response }): Promise<unknown> {
  return gateway.adminFetch(new Request("http://a/")).json();
}

// The adapters in front of the real things: pino, an exporter of OpenTelemetry, and files of HAR.

import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import pino from "pino";
import { describe, expect, it } from "vitest";
import {
  harRedactor,
  isHar,
  keptBaggage,
  keptTraceparent,
  openTelemetryMetadata,
  pathRedactor,
  pinoRedaction,
  readRedactionPolicy,
  redactingExporter,
  redactingProcessor,
  redactor,
} from "../src/index.js";

const CANARY = "canary-5f0e";
const policy = {
  schemaVersion: "wirewall-redaction-policy-v1",
  metadata: ["msg", "hostname"],
};

describe("row: P3 pino", () => {
  const logged = (write: (log: pino.Logger) => void): Record<string, unknown>[] => {
    const lines: string[] = [];
    const own = redactor(readRedactionPolicy(policy));
    const log = pino({ ...pinoRedaction(own) } as pino.LoggerOptions, {
      write: (line: string) => void lines.push(line),
    });
    write(log);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it("objects at any depth, messages, what goes into them, errors and children", () => {
    const all = logged((log) => {
      log.info(
        { req: { headers: { authorization: CANARY, "content-type": "a/b" } } },
        `token=${CANARY} for %s`,
        `password=${CANARY}`,
      );
      log.warn(`GET https://u:${CANARY}@h.example/?key=${CANARY}`);
      log.error(new Error(`secret: ${CANARY}`));
      log.error({ err: new Error(`secret: ${CANARY}`), status: 500 }, "failed with %o", {
        password: CANARY,
      });
      log.child({ session: CANARY, suite: "s" }).info("child");
    });
    expect(JSON.stringify(all)).not.toContain(CANARY);
    expect(all[0]).toMatchObject({
      level: 30,
      req: { headers: { authorization: "[secret]", "content-type": "a/b" } },
      msg: "token=[secret] for password=[secret]",
    });
    expect(all[1]).toMatchObject({ msg: "GET https://[secret]@h.example/?key=[sensitive len:11]" });
    expect(all[2]).toMatchObject({ msg: "secret: [secret]", err: { type: "Error" } });
    expect(all[3]).toMatchObject({
      err: { type: "Error", message: expect.any(String) },
      status: 500,
    });
    expect(all[4]).toMatchObject({ session: "[secret]", suite: "s", msg: "child" });
  });

  it("what comes out is clean by the same policy, line by line", () => {
    const own = redactor(readRedactionPolicy(policy));
    for (const line of logged((log) => {
      log.info({ user: { email: "jo@mail.example" }, status: 200 }, "hello jo@mail.example");
      log.error(new Error(`token=${CANARY}`));
    }))
      expect(own.check(line)).toEqual([]);
  });
});

describe("row: P3 OpenTelemetry", () => {
  const exported = (act: (provider: BasicTracerProvider) => void): ReadableSpan[] => {
    const memory = new InMemorySpanExporter();
    const exporter = redactingExporter(memory);
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    act(provider);
    return memory.getFinishedSpans();
  };

  it("attributes, events, links, status, resource and names, by class", () => {
    const [span] = exported((provider) => {
      const tracer = provider.getTracer("t");
      const other = tracer.startSpan("other");
      const one = tracer.startSpan(`GET token=${CANARY}`, {
        links: [{ context: other.spanContext(), attributes: { password: CANARY } }],
      });
      one.setAttributes({
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "url.full": `https://u:${CANARY}@h.example/${CANARY}?q=${CANARY}`,
        "url.query": `q=${CANARY}`,
        "http.request.header.authorization": [CANARY],
        "http.request.header.content-type": ["a/b"],
        "http.request.header.x-custom": [CANARY],
        "db.query.text": `SELECT '${CANARY}'`,
        "user.email": CANARY,
        "app.session.id": CANARY,
      });
      one.recordException(new Error(`password=${CANARY}`));
      one.addEvent(`e token=${CANARY}`, { token: CANARY, code: "x" });
      one.setStatus({ code: 2, message: `secret=${CANARY}` });
      one.end();
    });
    if (span === undefined) throw new Error("nothing was exported");
    const { name, attributes, events, links, status } = span;
    expect(
      JSON.stringify({
        name,
        attributes,
        events,
        links,
        status,
        resource: span.resource.attributes,
      }),
    ).not.toContain(CANARY);
    expect(attributes).toMatchObject({
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "url.full": "https://[secret]@h.example/[sensitive len:11]?q=[sensitive len:11]",
      "http.request.header.authorization": "[secret]",
      "http.request.header.content-type": ["a/b"],
      "http.request.header.x-custom": ["[sensitive len:11]"],
      "app.session.id": "[secret]",
    });
    expect(events.map((event) => event.name)).toEqual(["exception", "e token=[secret]"]);
    expect(events[1]?.attributes).toEqual({ token: "[secret]", code: "x" });
    expect(events[1]?.time).toHaveLength(2);
    expect(status).toEqual({ code: 2, message: "secret=[secret]" });
    const checker = redactor({ metadata: [...openTelemetryMetadata, "name", "message"] });
    const exportedSpan = {
      name,
      attributes,
      events: events.map((event) => ({ name: event.name, attributes: event.attributes })),
      links: links.map((link) => link.attributes),
      status,
    };
    expect(checker.check(exportedSpan)).toEqual([]);
    // It is still a span.
    expect(span.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.duration).toHaveLength(2);
  });

  it("the span itself is as it was, for exporters beside", () => {
    const beside = new InMemorySpanExporter();
    const memory = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [
        new SimpleSpanProcessor(redactingExporter(memory)),
        new SimpleSpanProcessor(beside),
      ],
    });
    const span = provider.getTracer("t").startSpan("x");
    span.setAttribute("password", "p");
    span.end();
    expect(memory.getFinishedSpans()[0]?.attributes).toEqual({ password: "[secret]" });
    expect(beside.getFinishedSpans()[0]?.attributes).toEqual({ password: "p" });
  });

  it("a processor of spans in front of another, which sees them when they have ended", async () => {
    const memory = new InMemorySpanExporter();
    const inner = new SimpleSpanProcessor(memory);
    const provider = new BasicTracerProvider({ spanProcessors: [redactingProcessor(inner)] });
    const span = provider.getTracer("t").startSpan(`token=${CANARY}`);
    span.setAttribute("password", CANARY);
    span.end();
    await provider.forceFlush();
    const [told] = memory.getFinishedSpans();
    expect(told?.name).toBe("token=[secret]");
    expect(told?.attributes).toEqual({ password: "[secret]" });
    await provider.shutdown();
    expect(memory.getFinishedSpans()).toEqual([]);
  });

  it("a processor of log records: bodies, of text or structure, and attributes", () => {
    const memory = new InMemoryLogRecordExporter();
    const inner = new SimpleLogRecordProcessor({ exporter: memory });
    const provider = new LoggerProvider({ processors: [redactingProcessor(inner)] });
    const logger = provider.getLogger("t");
    logger.emit({
      body: `password=${CANARY}`,
      severityNumber: 9,
      severityText: `INFO password=${CANARY}`,
      eventName: `login token=${CANARY}`,
      attributes: { "user.email": CANARY, "http.route": "/a" },
    });
    logger.emit({ body: { token: CANARY, count: 2 } });
    const [text, structure] = memory.getFinishedLogRecords();
    expect(text).toMatchObject({
      body: "password=[secret]",
      severityNumber: 9,
      severityText: "INFO password=[secret]",
      eventName: "login token=[secret]",
      attributes: { "user.email": "[sensitive len:11]", "http.route": "/a" },
    });
    expect(structure?.body).toMatchObject({ token: "[secret]", count: 2 });
    expect(JSON.stringify([text?.body, text?.attributes, structure?.body])).not.toContain(CANARY);
  });
});

describe("row: P3 HAR 1.2", () => {
  const har = {
    log: {
      version: "1.2",
      creator: { name: "c", version: "1" },
      pages: [
        {
          startedDateTime: "2026-01-01T00:00:00Z",
          id: "p1",
          title: CANARY,
          pageTimings: { onLoad: 5 },
        },
      ],
      entries: [
        {
          startedDateTime: "2026-01-01T00:00:00Z",
          time: 12.5,
          serverIPAddress: "192.0.2.7",
          timings: { send: 0, wait: 1, receive: 2 },
          cache: {},
          request: {
            method: "POST",
            url: `https://u:${CANARY}@h.example/${CANARY}?token=${CANARY}`,
            httpVersion: "h2",
            headers: [
              { name: "Authorization", value: CANARY },
              { name: "Content-Type", value: "a/b" },
              { name: "X-Custom", value: CANARY },
            ],
            queryString: [{ name: "token", value: CANARY }],
            cookies: [{ name: "sid", value: CANARY, httpOnly: true }],
            headersSize: 10,
            bodySize: 5,
            postData: { mimeType: "a/b", text: CANARY, params: [{ name: "p", value: CANARY }] },
          },
          response: {
            status: 200,
            statusText: "OK",
            httpVersion: "h2",
            headers: [],
            cookies: [],
            content: { size: 5, mimeType: "text/html", text: CANARY },
            redirectURL: "",
            headersSize: 1,
            bodySize: 5,
          },
          _webSocketMessages: [{ type: "send", opcode: 1, data: CANARY }],
        },
      ],
    },
  };

  it("keeps what is measured, the origin, and names; and nothing of anybody", () => {
    const own = harRedactor();
    const clean = JSON.parse(JSON.stringify(own.redact(har).value)) as typeof har;
    expect(JSON.stringify(clean)).not.toContain(CANARY);
    const [entry] = clean.log.entries;
    expect(isHar(clean)).toBe(true);
    expect(entry).toMatchObject({
      time: 12.5,
      timings: { send: 0, wait: 1, receive: 2 },
      serverIPAddress: "[sensitive len:9]",
    });
    expect(entry?.request).toMatchObject({
      method: "POST",
      url: "https://[secret]@h.example/[sensitive len:11]?token=[secret]",
      headers: [
        { name: "Authorization", value: "[secret]" },
        { name: "Content-Type", value: "a/b" },
        { name: "X-Custom", value: "[sensitive len:11]" },
      ],
      queryString: [{ name: "token", value: "[secret]" }],
      cookies: [{ name: "sid", value: "[secret]", httpOnly: true }],
      bodySize: 5,
    });
    expect(entry?.response).toMatchObject({ status: 200, statusText: "OK", content: { size: 5 } });
    expect(own.check(clean)).toEqual([]);
  });

  it("check says where and of which class, and never what", () => {
    const findings = harRedactor().check(har);
    expect(JSON.stringify(findings)).not.toContain(CANARY);
    expect(findings).toContainEqual({
      path: "log.entries.0.request.headers.0.value",
      kind: "secret",
    });
    expect(findings).toContainEqual({
      path: "log.entries.0.response.content.text",
      kind: "sensitive",
    });
    expect(findings).toContainEqual({ path: "log.entries.0.request.url", kind: "secret" });
  });
});

describe("row: P3 fixed paths", () => {
  it("names, wildcards and indices; what is not there stays away, and the input as it was", () => {
    const input = {
      a: { b: { c: 1, d: 2 } },
      list: [{ key: 1 }, { key: 2 }],
      users: { x: { email: 3 }, y: {} },
      "odd-name": 4,
    };
    const before = structuredClone(input);
    const mask = pathRedactor([
      "a.b.c",
      "list[0].key",
      "users.*.email",
      '["odd-name"]',
      "none.at.all",
      "a.b.c.deeper",
    ]);
    const output = mask(input);
    expect(output).toEqual({
      a: { b: { c: "[secret]", d: 2 } },
      list: [{ key: "[secret]" }, { key: 2 }],
      users: { x: { email: "[secret]" }, y: {} },
      "odd-name": "[secret]",
    });
    expect(input).toEqual(before);
    expect(output.list[1]).toBe(input.list[1]);
    const untouched = { z: 1 };
    expect(mask(untouched)).toBe(untouched);
    for (const path of ["", "a..b", "a[", "a b", "[x]"])
      expect(() => pathRedactor([path]), path).toThrow(TypeError);
  });

  it("a place of the name __proto__ is data, and no prototype changes", () => {
    const value = JSON.parse('{"__proto__": {"a": 1}, "b": 2}') as object;
    const masked = pathRedactor(["__proto__.a"])(value);
    expect(JSON.stringify(masked)).toBe('{"__proto__":{"a":"[secret]"},"b":2}');
    expect(Object.getPrototypeOf(masked)).toBe(Object.prototype);
  });
});

describe("row: P3 threat: RD-06 trace context", () => {
  it("is handed on as it is, or dropped whole", () => {
    const good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    expect(keptTraceparent(good)).toBe(good);
    for (const bad of [
      "",
      good.toUpperCase(),
      `${good}0`,
      good.replace("00-4", "01-4"),
      `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
      `${good}\n`,
    ])
      expect(keptTraceparent(bad), bad).toBeUndefined();
    const member = "k=v;p=q";
    const many = (count: number): string => new Array<string>(count).fill("k=v").join(",");
    for (const fine of [
      member,
      "a=1, b=2",
      many(180),
      `k=${"v".repeat(4_000)},l=${"v".repeat(4_000)}`,
    ])
      expect(keptBaggage(fine), fine.slice(0, 20)).toBe(fine);
    for (const bad of [
      many(181),
      "a",
      "a=\u0007",
      'a="x"',
      "a=b c",
      ",",
      `k=${"v".repeat(4_000)},l=${"v".repeat(4_000)},m=${"v".repeat(190)}`,
    ])
      expect(keptBaggage(bad), bad.slice(0, 20)).toBeUndefined();
  });
});

describe("row: P3 policy files", () => {
  it("say in one line what is wrong", () => {
    for (const [value, message] of [
      [[], /policy: expected an object/],
      [{ schemaVersion: "x" }, /schemaVersion/],
      [{ ...policy, mod: "strict" }, /"mod"/],
      [{ ...policy, mode: "loud" }, /mode/],
      [{ ...policy, mode: "none", environment: "ci" }, /ci/],
      [{ ...policy, classes: { a: "public" } }, /classes/],
      [{ ...policy, metadata: [1] }, /metadata/],
      [{ ...policy, limits: { maxDepth: 0 } }, /maxDepth/],
    ] as const)
      expect(() => readRedactionPolicy(value)).toThrow(message);
  });
});

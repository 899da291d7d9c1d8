// The parts that need no socket.

import { Fields } from "@wirewall/fields";
import { RequestDecoder, type RequestHead } from "@wirewall/http1";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { platformClock, type Clock } from "@wirewall/host";
import { DeadlineTimer } from "../src/deadline-timer.js";
import { HttpDate } from "../src/http-date.js";
import { outgoingFields } from "../src/outgoing-fields.js";
import { ownMemory } from "../src/own-memory.js";
import { Origins, urlOf } from "../src/request-url.js";

describe("the deadline timer", () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }),
  );
  afterEach(() => void vi.useRealTimers());

  function timed(deadline: number | undefined): {
    readonly clock: Clock;
    deadline: number | undefined;
    expired: number[];
    expire: (now: number) => void;
  } {
    const expired: number[] = [];
    return { clock: platformClock, deadline, expired, expire: (now) => void expired.push(now) };
  }

  it("expires at the deadline, or a little later, never before", () => {
    for (const wait of [0, 1, 10, 999, 1_000, 5_000, 10_001]) {
      const start = performance.now();
      const subject = timed(start + wait);
      const timer = new DeadlineTimer(subject);
      timer.follow(subject.deadline, start);
      vi.advanceTimersByTime(Math.max(0, wait - 1));
      expect(subject.expired).toEqual([]);
      vi.advanceTimersByTime(65);
      expect(subject.expired).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it("is armed once while the deadline only moves later", () => {
    const start = performance.now();
    const subject = timed(start + 100);
    const timer = new DeadlineTimer(subject);
    const arm = vi.spyOn(globalThis, "setTimeout");
    timer.follow(subject.deadline, start);
    for (let step = 1; step <= 90; step++) {
      vi.advanceTimersByTime(1);
      subject.deadline = performance.now() + 100;
      timer.follow(subject.deadline, performance.now());
    }
    expect(arm).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10);
    expect(arm).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(90);
    expect(subject.expired).toHaveLength(1);
  });

  it("is armed anew for a nearer deadline, and not at all for none", () => {
    const start = performance.now();
    const subject = timed(start + 10_000);
    const timer = new DeadlineTimer(subject);
    timer.follow(subject.deadline, start);
    subject.deadline = start + 10;
    timer.follow(subject.deadline, start);
    vi.advanceTimersByTime(10);
    expect(subject.expired).toHaveLength(1);
    subject.deadline = undefined;
    timer.follow(undefined, start);
    timer.follow(performance.now() + 5, performance.now());
    vi.advanceTimersByTime(10);
    expect(subject.expired).toHaveLength(1);
    timer.follow(performance.now() + 5, performance.now());
    timer.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("URLs are what `new Request` would make of them", () => {
  const head = (target: string, host = "a.example", method = "GET"): RequestHead => {
    const decoder = new RequestDecoder();
    decoder.receive(Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    const event = decoder.next();
    if (event?.type !== "request-head") throw new Error(`no head: ${JSON.stringify(event)}`);
    return event;
  };

  it.each([
    "/",
    "/a/b?c=d&e",
    "/a/../b",
    "/a/./b",
    "/a/.hidden",
    "/a/%2e%2e/b",
    "/a/%2E/b",
    "/..",
    "/a\\b",
    "//evil.example/x",
    "/a;b=1",
    '/"<>`{}^|',
    "/?q='\"<>`{}^|",
    "/%zz%41",
    "/:@!$&()*+,;=~",
  ])("%s", (target) => {
    const origins = new Origins(false, () => "fallback");
    const origin = origins.of(head(target)) ?? "";
    expect(urlOf(origin, head(target))).toBe(new Request(`http://a.example${target}`).url);
  });

  it.each([
    ["A.EXAMPLE:80", "http://a.example"],
    ["a.example:8080", "http://a.example:8080"],
    ["[::1]:80", "http://[::1]"],
    ["[0:0:0:0:0:0:0:1]", "http://[::1]"],
    ["127.1", "http://127.0.0.1"],
    ["0x7f000001", "http://127.0.0.1"],
    ["1.2.3.4.5", undefined],
    ["256.1.1.1", undefined],
  ])("authority %s", (host, origin) => {
    expect(new Origins(false, () => "fallback").of(head("/", host))).toBe(origin);
  });

  it("for the other forms of target", () => {
    const origins = new Origins(true, () => "fallback");
    const url = (target: string, method?: string): string => {
      const of = head(target, "a.example", method);
      return urlOf(origins.of(of) ?? "", of);
    };
    expect(url("http://a.example/x/../y?z")).toBe("https://a.example/y?z");
    expect(url("http://a.example?z")).toBe("https://a.example/?z");
    expect(url("http://a.example")).toBe("https://a.example/");
    expect(url("*", "OPTIONS")).toBe("https://a.example/");
  });

  it("remembers few authorities, and forgets what peers made up", () => {
    const origins = new Origins(false, () => "fallback");
    for (let round = 0; round < 2; round++)
      for (let host = 0; host < 200; host++)
        expect(origins.of(head("/", `h${host}.example`))).toBe(`http://h${host}.example`);
  });
});

describe("outgoing fields", () => {
  it("are passed on untouched where nothing has to go", () => {
    const fields = new Fields([
      ["x-a", "1"],
      ["trailer", "x"],
      ["content-security-policy", "a"],
    ]);
    expect(outgoingFields(fields, 200, false)).toBe(fields);
    expect(outgoingFields(undefined, 200, false)).toBeUndefined();
  });

  it("lose Upgrade and Connection altogether in HTTP/2 (RFC 9113 §8.2.2)", () => {
    const fields = new Fields([
      ["connection", "close"],
      ["upgrade", "h2c"],
      ["x-a", "1"],
    ]);
    expect([...(outgoingFields(fields, 426, true) ?? [])]).toEqual([["x-a", "1"]]);
  });

  it("lose what belongs to a connection", () => {
    const fields = new Fields([
      ["Connection", "x, Close"],
      ["keep-alive", "1"],
      ["upgrade", "h2c"],
      ["proxy-connection", "1"],
      ["transfer-encoding", "gzip"],
      ["x-a", "1"],
    ]);
    expect([...(outgoingFields(fields, 200, false) ?? [])]).toEqual([
      ["x-a", "1"],
      ["connection", "close"],
    ]);
    expect(fields.size).toBe(6);
  });
});

describe("small things", () => {
  it("the date is written once per second", () => {
    const date = new HttpDate(platformClock);
    const now = performance.now();
    const text = date.at(now);
    expect(text).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(date.at(now)).toBe(text);
    expect(Date.parse(date.at(now + 1_000))).toBeGreaterThanOrEqual(Date.parse(text));
  });

  it("memory of its own shares nothing", () => {
    const shared = new Uint8Array(10);
    expect(ownMemory(shared.subarray(2, 4)).buffer).not.toBe(shared.buffer);
    expect(ownMemory(shared).buffer).toBe(shared.buffer);
  });
});

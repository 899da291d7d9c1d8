// The application that stands behind the guard when none is named: a real server on a port of its
// own, reached only through the gateway's client, so that what it shows is what was forwarded.

import type { Fields } from "@wirewall/fields";
import type { Preset } from "@wirewall/limits";
import type { Http1LimitName, Http1Limits } from "@wirewall/http1";
import { serve, type Exchange, type Server } from "@wirewall/server";
import { answerBytes, answerDelay, answerStatus, answerStream } from "./answers.js";
import { EchoStore } from "./echo.js";
import { page } from "./page.js";
import { answerText } from "./text-answer.js";

/** What the page tells about the guard in front of it. */
export interface GuardView {
  /** Where the guard listens, as one would type it. */
  address(): string;
  readonly preset: Preset;
  readonly limits: Http1Limits;
  /** What the guard took out of the request that arrived with these fields. */
  removed(arrived: Fields): readonly (readonly [name: string, value: string])[];
  /** Refusals so far by code. */
  refusals(): Iterable<readonly [code: string, count: number]>;
}

type Route = (exchange: Exchange, parameter: string) => void | Promise<void>;

/**
 * `limits` have to let through what the guard forwards: a demo that refuses first would hide it.
 *
 * @throws what `serve` throws if no loopback port can be opened.
 */
export function startDemoUpstream(
  view: GuardView,
  limits: { readonly [K in Http1LimitName]?: number },
): Promise<Server> {
  const echo = new EchoStore();
  const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
    ["", (exchange) => answerPage(exchange, view)],
    ["echo", (exchange) => echo.answer(exchange)],
    ["bytes", answerBytes],
    ["delay", answerDelay],
    ["status", answerStatus],
    ["stream", answerStream],
  ]);
  return serve({
    host: "127.0.0.1",
    port: 0,
    limits,
    exchange: (exchange) => answer(exchange, routes),
  });
}

/** Whether the target asks for the page. */
export function isPagePath(target: string): boolean {
  return pathOf(target) === "/";
}

function answer(exchange: Exchange, routes: ReadonlyMap<string, Route>): void | Promise<void> {
  const path = pathOf(exchange.head.target);
  const [, first = "", parameter, ...rest] = path.split("/");
  const route = routes.get(first);
  const takesParameter = PARAMETERS.get(first);
  if (route === undefined || rest.length > 0 || (parameter !== undefined && !takesParameter))
    return answerText(exchange, 404, `Nothing here. There are: ${PATHS}.`);
  if (takesParameter && !parameter)
    return answerText(exchange, 400, `Expected ${takesParameter}, such as /${first}/200.`);
  if (first !== "echo" && exchange.head.method !== "GET" && exchange.head.method !== "HEAD")
    return answerText(exchange, 405, "Only GET and HEAD here; /echo takes every method.", [
      ["allow", "GET, HEAD"],
    ]);
  return route(exchange, parameter ?? "");
}

const PATHS = "/, /echo, /bytes/N, /delay/MS, /status/CODE, /stream";

const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ["bytes", "a number of bytes"],
  ["delay", "a number of milliseconds"],
  ["status", "a status code"],
]);

function pathOf(target: string): string {
  const path = /^[a-z]+:\/\/[^/?]*/i.test(target)
    ? target.replace(/^[a-z]+:\/\/[^/?]*/i, "")
    : target;
  return path.split("?", 1)[0] ?? "";
}

function answerPage(exchange: Exchange, view: GuardView): void {
  answerText(exchange, 200, page(exchange.head, view), PAGE_FIELDS);
}

const PAGE_FIELDS: readonly (readonly [string, string])[] = [
  ["content-type", "text/html; charset=utf-8"],
  ["cache-control", "no-store"],
  [
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  ],
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
];

// What a client gets when there is no response: a status, its phrase, and nothing about the cause.

import { Fields } from "@wirewall/fields";
import { ServerFull } from "./errors.js";
import type { Exchange } from "./exchange.js";

const PLAIN: Fields = /* @__PURE__ */ new Fields([["content-type", "text/plain;charset=UTF-8"]]);

const TEXTS = {
  400: "Bad Request\n",
  500: "Internal Server Error\n",
  501: "Not Implemented\n",
  503: "Service Unavailable\n",
} as const;

export function answerStatus(exchange: Exchange, status: keyof typeof TEXTS): void {
  exchange.respond({ status, fields: PLAIN }, TEXTS[status]);
}

/** 503 if the server is full, else 500. */
export function answerFailure(exchange: Exchange, error: unknown): void {
  answerStatus(exchange, error instanceof ServerFull ? 503 : 500);
}

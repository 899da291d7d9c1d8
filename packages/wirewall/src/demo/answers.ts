// Answers of a chosen size, delay, status and pace. Every parameter is bounded: 400 with a reason.

import { setTimeout as sleep } from "node:timers/promises";
import { Fields } from "@wirewall/fields";
import type { Exchange } from "@wirewall/server";
import { grouped } from "../terminal/number.js";
import { answerText } from "./text-answer.js";

const MAX_BYTES = 17_179_869_184;
const MAX_DELAY_MS = 50_000;
const STREAM_PIECES = 6;
const STREAM_PAUSE_MS = 300;
const BLOCK_BYTES = 65_536;

/** Lines of 64 characters, so that a cut-off answer is seen. */
const BLOCK: Uint8Array = new TextEncoder().encode(
  `${"wirewall ".repeat(7)}\n`.repeat(BLOCK_BYTES / 64),
);

/** `/bytes/N`: N bytes of declared length, written as fast as they are taken. */
export async function answerBytes(exchange: Exchange, parameter: string): Promise<void> {
  const size = wholeNumber(parameter, 0, MAX_BYTES);
  if (size === undefined)
    return answerText(exchange, 400, `Expected 0 to ${grouped(MAX_BYTES)} bytes.`);
  const fields = new Fields([["content-type", "application/octet-stream"]]);
  exchange.sendHead({ status: 200, fields, content: size });
  const sent = exchange.head.method === "HEAD" ? 0 : size;
  for (let left = sent; left > 0 && !exchange.aborted; left -= BLOCK_BYTES)
    await exchange.write(left < BLOCK_BYTES ? BLOCK.subarray(0, left) : BLOCK);
  if (!exchange.aborted) exchange.end();
}

/** `/delay/MS`: an answer after MS milliseconds. */
export async function answerDelay(exchange: Exchange, parameter: string): Promise<void> {
  const delay = wholeNumber(parameter, 0, MAX_DELAY_MS);
  if (delay === undefined)
    return answerText(exchange, 400, `Expected 0 to ${grouped(MAX_DELAY_MS)} milliseconds.`);
  if (await paused(exchange, delay)) answerText(exchange, 200, `Waited ${delay} ms.`);
}

/** `/status/CODE`: that status. 1xx are not final, so they are no answer. */
export function answerStatus(exchange: Exchange, parameter: string): void {
  const status = wholeNumber(parameter, 200, 599);
  if (status === undefined) return answerText(exchange, 400, "Expected a status from 200 to 599.");
  answerText(exchange, status, `Status ${status}.`);
}

/** `/stream`: chunked, a piece at a time, with a trailer that says how many there were. */
export async function answerStream(exchange: Exchange): Promise<void> {
  const fields = new Fields([
    ["content-type", "text/plain; charset=utf-8"],
    ["trailer", "x-demo-pieces"],
  ]);
  exchange.sendHead({ status: 200, fields, content: "stream" });
  if (exchange.head.method === "HEAD") return exchange.end();
  for (let piece = 1; piece <= STREAM_PIECES; piece++) {
    if (exchange.aborted) return;
    await exchange.write(new TextEncoder().encode(`piece ${piece} of ${STREAM_PIECES}\n`));
    if (piece < STREAM_PIECES && !(await paused(exchange, STREAM_PAUSE_MS))) return;
  }
  exchange.end(new Fields([["x-demo-pieces", String(STREAM_PIECES)]]));
}

/** True after the time; false at once when nobody waits for the answer any longer. */
async function paused(exchange: Exchange, milliseconds: number): Promise<boolean> {
  try {
    await sleep(milliseconds, undefined, { signal: exchange.signal });
  } catch {
    return false;
  }
  return !exchange.aborted;
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

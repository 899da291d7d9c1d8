// Invariant: in whatever order a socket becomes readable, takes what was written, ends, breaks or falls silent, a server answers what it took in
// order, each once (all of it where the client does no harm), writes to a socket that takes nothing no more than it may keep, and ends with nothing left.

import { runSeed, withNetwork, type LabNetwork, type LabSocket } from "@wirewall/lab";
import { ResponseDecoder } from "@wirewall/http1";
import { fromPromise, type Cx } from "@wirewall/runtime";
import type { Socket } from "node:net";
import { serveSockets, type Exchange } from "../src/index.js";

const MOST_ACTS = 24;
const MOST_REQUESTS = 8;
const SEGMENT_BYTES = [1, 7, 64, 1_000, 9_000, Infinity];
const PIECES = 16;
/** Of an answer that is not given at once; where bytes arrive one by one, small enough to arrive. */
const PIECE_BYTES = 9_000;
const SMALL_PIECE_BYTES = 90;
/** For all that can be asked, on a network that delays each piece by 2 ms, and less than a connection may be idle. */
const ENOUGH_MS = 4_000;
/** A queue of 64 KiB and the pieces that fill it and follow it. */
const MOST_UNTAKEN_BYTES = 65_536 + 3 * PIECE_BYTES;

interface Told {
  asked: number;
  handled: number;
  running: number;
  untaken: number;
  isOrderly: boolean;
  readonly pieceBytes: number;
  readonly sent: Uint8Array[];
}

export async function fuzz(data: Uint8Array): Promise<void> {
  if (data.length < 5) return;
  const [high = 0, low = 0, segment = 0, delay = 0] = data;
  const segmentBytes = SEGMENT_BYTES[segment % SEGMENT_BYTES.length] ?? Infinity;
  const told: Told = {
    asked: 0,
    handled: 0,
    running: 0,
    untaken: 0,
    isOrderly: true,
    pieceBytes: segmentBytes < 64 ? SMALL_PIECE_BYTES : PIECE_BYTES,
    sent: [],
  };
  const network = { segmentBytes, delayMs: delay % 3, completes: low % 4 !== 0 };
  const report = await runSeed(
    (cx) => withNetwork(cx, (made) => converse(cx, made, data.subarray(4), told), network),
    { seed: high * 256 + low },
  );
  const [broken] = report.oracleViolations;
  const violation = report.violation ?? broken?.message;
  if (violation !== undefined) throw new Error(`${violation}`);
  if (told.untaken > MOST_UNTAKEN_BYTES)
    throw new Error(`${told.untaken} bytes were written to a socket that took none`);
  readAnswers(told);
}

async function converse(cx: Cx, network: LabNetwork, acts: Uint8Array, told: Told): Promise<void> {
  const server = serveSockets(cx, {
    exchange: (exchange) => answer(exchange, told),
    protocols: ["http/1.1"],
  });
  network.listen((socket) => {
    watch(socket, told);
    server.accept(socket as unknown as Socket);
  });
  const link = network.connect();
  const { near } = link;
  for (const event of ["data", "error"]) near.on(event, () => {});
  near.on("end", () => void near.end());
  for (const act of acts.subarray(0, MOST_ACTS)) {
    const amount = act >> 3;
    if (act % 8 === 1 || (act % 8 > 5 && amount < 5)) told.isOrderly = false;
    if (act % 8 === 0) ask(near, told, amount);
    else if (act % 8 === 1) near.write("a".repeat(amount * 64));
    else if (act % 8 === 2) near.pause();
    else if (act % 8 === 3) near.resume();
    else if (act % 8 === 4) await pause(cx, told, amount ** 3);
    else if (act % 8 === 5 || amount > 4) await cx.yield();
    else if (amount === 0) near.end();
    else if (amount === 1) near.resetAndDestroy();
    else if (amount === 2) link.cut();
    else if (amount === 3) link.silence();
    else void server.close({ timeoutMs: 100 });
  }
  near.resume();
  if (told.isOrderly) await cx.sleep(ENOUGH_MS);
  await fromPromise(cx, server.close({ timeoutMs: 1_000 }), near.label);
  if (server.connectionCount !== 0) throw new Error("a connection is left");
  if (told.running !== 0) throw new Error("a handler is left");
  if (server.counters.handlerErrors > 0) throw new Error("a handler failed");
  // One whose client has gone before its handler began is not handled.
  if (told.handled > server.counters.requests) throw new Error("a request was handled twice");
}

/** Who is silent for longer may be closed, and is told so. */
async function pause(cx: Cx, told: Told, ms: number): Promise<void> {
  if (ms > 100) told.isOrderly = false;
  await cx.sleep(ms);
}

/** The target says which request it is, and how it is answered. */
function ask(near: LabSocket, told: Told, amount: number): void {
  if (told.asked === MOST_REQUESTS) return;
  const head = `/${told.asked++}/${amount % 4} HTTP/1.1\r\nhost: a\r\n`;
  const length = (amount >> 2) * 1_024;
  // A connection whose content nobody reads is closed after the answer.
  if (length > 0 && amount % 2 === 0) told.isOrderly = false;
  if (length === 0) near.write(`GET ${head}\r\n`);
  else near.write(`POST ${head}content-length: ${length}\r\n\r\n${"a".repeat(length)}`);
}

/** Way 1 and 3 read the content first, 2 and 3 answer in pieces. */
async function answer(exchange: Exchange, told: Told): Promise<void> {
  const { cx, head } = exchange;
  const [, number = "", way = ""] = head.target.split("/");
  told.handled++;
  told.running++;
  try {
    if (way === "1" || way === "3") await readAll(cx, exchange);
    if (way === "0" || way === "1") exchange.respond({ status: 200 }, number);
    else await sendPieces(cx, exchange, new Uint8Array(told.pieceBytes).fill(number.charCodeAt(0)));
  } catch (error) {
    if (!exchange.aborted) throw error;
  } finally {
    told.running--;
  }
}

async function readAll(cx: Cx, exchange: Exchange): Promise<void> {
  const content = exchange.content();
  while ((await fromPromise(cx, content.next(), SERVER_SOCKET)).done !== true);
}

async function sendPieces(cx: Cx, exchange: Exchange, piece: Uint8Array): Promise<void> {
  exchange.sendHead({ status: 200, content: "stream" });
  for (let count = 0; count < PIECES; count++) {
    const room = exchange.write(piece);
    if (room !== undefined) await fromPromise(cx, room, SERVER_SOCKET);
  }
  exchange.end();
}

const SERVER_SOCKET = "link:0.far";

function watch(socket: LabSocket, told: Told): void {
  const write = socket.write.bind(socket);
  socket.write = (data, encoding, callback) => {
    told.sent.push(typeof data === "string" ? Buffer.from(data, "latin1") : data.slice());
    const hasRoom = write(data, encoding, callback);
    told.untaken = Math.max(told.untaken, socket.writableLength);
    return hasRoom;
  };
}

/** An answer tells in each byte which request it is for; one that is not 200 is the last. */
function readAnswers(told: Told): void {
  const decoder = new ResponseDecoder();
  for (let count = 0; count <= told.asked; count++) decoder.expect("GET");
  let answers = 0;
  let isRefused = false;
  let ended = 0;
  for (const bytes of told.sent) {
    decoder.receive(bytes);
    for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
      if (event.type === "violation") throw new Error(`it answers wrongly: ${event.code}`);
      if (event.type === "end") ended++;
      if (event.type === "response-head") {
        if (isRefused) throw new Error("it answers after a refusal");
        isRefused = event.status !== 200;
        answers++;
      } else if (event.type === "content" && !isRefused) {
        const number = 0x30 + answers - 1;
        if (event.bytes.some((byte) => byte !== number)) throw new Error("it answers another");
      }
    }
  }
  if (answers > told.handled + 1) throw new Error("it answers twice");
  if (told.isOrderly && ended !== told.asked)
    throw new Error(`${ended} whole answers to ${told.asked} requests`);
}

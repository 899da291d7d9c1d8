// A client of HTTP/2 that asks for little, at a steady rate, on one connection, and notes how long
// each answer takes.

import { connect } from "node:http2";
import { answerParent } from "./answering.mjs";

const EVERY_MS = 20;

let session;
let timer;
let latencies = [];
let failures = 0;

answerParent({
  begin({ port }) {
    session = connect(`http://127.0.0.1:${port}`);
    session.on("error", () => {});
    timer = setInterval(ask, EVERY_MS);
  },

  /** What was noted since the last call. */
  noted() {
    const found = { latencies, failures };
    latencies = [];
    failures = 0;
    return found;
  },

  finish() {
    clearInterval(timer);
    session.destroy();
  },
});

function ask() {
  const began = performance.now();
  const stream = session.request({ ":path": "/" });
  stream.on("end", () => latencies.push(performance.now() - began));
  stream.on("error", () => failures++);
  stream.resume();
}

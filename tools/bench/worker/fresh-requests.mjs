// Whole requests, each on a new connection, at a steady rate until it is told to stop.

import { connect } from "node:net";
import { answerParent } from "./answering.mjs";
import { ResponseReader } from "./response-reader.mjs";

const EVERY_MS = 25;
const PATIENCE_MS = 10_000;

const latencies = [];
const failures = [];
const running = new Set();
let timer;

answerParent({
  begin({ port, expected }) {
    timer = setInterval(() => {
      const run = request(port, expected).then(
        (ms) => latencies.push(ms),
        (error) => failures.push(error.message),
      );
      running.add(run);
      run.finally(() => running.delete(run));
    }, EVERY_MS);
  },

  async finish() {
    clearInterval(timer);
    await Promise.all(running);
    return { latencies, failures };
  },
});

function request(port, expected) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const reader = new ResponseReader(expected);
    const socket = connect({ port, host: "127.0.0.1" });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer")));
    socket.on("connect", () => socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`));
    socket.on("data", (chunk) => {
      if (reader.take(chunk) === 1) {
        resolve(performance.now() - began);
        socket.destroy();
      } else if (reader.fault !== undefined) reject(new Error(reader.fault));
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection was closed")));
  });
}

// Connections that send a request head one byte at a time and never end it. From several loopback
// addresses, so that the ports of one of them do not run out.

import { connect } from "node:net";
import { answerParent } from "./answering.mjs";

const AT_ONCE = 200;
const DRIP_MS = 1_000;
const START = "GET / HTTP/1.1\r\nHost: a.example\r\nX-Slow: ";

const held = [];
let drip;

answerParent({
  /** Opens them all and starts to drip. */
  async open({ port, count, addresses }) {
    for (let opened = 0; opened < count; opened += AT_ONCE) {
      const wave = Array.from({ length: Math.min(AT_ONCE, count - opened) }, (_, at) =>
        open(port, addresses[(opened + at) % addresses.length]),
      );
      held.push(...(await Promise.all(wave)));
    }
    drip = setInterval(dripAll, DRIP_MS);
    return held.filter(({ socket }) => !socket.destroyed).length;
  },

  /** Waits until the last one has ended. */
  async ended() {
    await Promise.all(held.map(({ closed }) => closed));
    clearInterval(drip);
    return held.map(({ status, answeredMs, fault }) => ({ status, answeredMs, fault }));
  },
});

function open(port, localAddress) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    const slow = { socket, status: undefined, answeredMs: undefined, fault: undefined };
    let began = 0;
    slow.closed = new Promise((closed) => socket.once("close", closed));
    socket.once("connect", () => {
      began = performance.now();
      socket.write(START);
      resolve(slow);
    });
    socket.on("data", (chunk) => {
      if (slow.status !== undefined) return;
      slow.status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(chunk.latin1Slice())?.[1] ?? 0);
      slow.answeredMs = performance.now() - began;
      socket.end();
    });
    socket.on("error", (error) => {
      slow.fault = error.code ?? error.message;
      reject(error);
    });
  });
}

function dripAll() {
  for (const { socket, status } of held)
    if (status === undefined && !socket.destroyed) socket.write("x");
}

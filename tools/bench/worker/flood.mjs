// Sends one flood for some seconds, on new connections as soon as the old ones are ended, and says
// how they ended.

import { connect } from "node:net";
import { floods } from "../load/flood-frames.mjs";
import { answerParent } from "./answering.mjs";

const AGAIN_MS = 10;
/** What comes back is looked at between them. */
const BATCHES_PER_TURN = 8;
const GOAWAY = 0x7;

answerParent({
  async flood({ port, name, seconds }) {
    const { connections = 1, opens, next, reads = true } = floods[name];
    const until = performance.now() + seconds * 1_000;
    const seen = { opened: 0, frames: 0, answers: 0, ended: 0, errors: {} };
    await Promise.all(
      Array.from({ length: connections }, () => lane({ port, opens, next, reads, until, seen })),
    );
    return seen;
  },
});

async function lane(attack) {
  while (performance.now() < attack.until) {
    await once(attack);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** One connection, to its end or to the end of the time. */
function once({ port, opens, next, reads, until, seen }) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answers = new Answers(seen);
    const batch = next?.();
    const send = () => {
      for (let turn = 0; turn < BATCHES_PER_TURN; turn++) {
        if (socket.destroyed) return;
        const { bytes, frames } = batch();
        seen.frames += frames;
        if (!socket.write(bytes)) return;
      }
      setImmediate(send);
    };
    const timer = setTimeout(() => socket.destroy(), Math.max(0, until - performance.now()));
    socket.on("connect", () => {
      seen.opened++;
      socket.write(opens);
      if (batch === undefined) return;
      socket.on("drain", () => setImmediate(send));
      send();
    });
    if (reads) socket.on("data", (chunk) => answers.take(chunk));
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      if (performance.now() < until) seen.ended++;
      resolve();
    });
  });
}

/** Counts frames, and the errors that GOAWAY names. */
class Answers {
  #rest = Buffer.alloc(0);
  #seen;

  constructor(seen) {
    this.#seen = seen;
  }

  take(chunk) {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 9) {
      const length = bytes.readUIntBE(0, 3);
      if (bytes.length < 9 + length) break;
      this.#seen.answers++;
      if (bytes[3] === GOAWAY && length >= 8) {
        const error = bytes.readUInt32BE(13);
        this.#seen.errors[error] = (this.#seen.errors[error] ?? 0) + 1;
      }
      bytes = bytes.subarray(9 + length);
    }
    this.#rest = bytes;
  }
}

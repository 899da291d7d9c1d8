// An upstream for large contents: sends as much as it is asked for, or takes what it is sent, at a
// pace if it is told one. Bytes are counted on both ways.

import { createServer } from "node:net";
import { listening } from "../peers/listening.mjs";
import { answerParent } from "./answering.mjs";
import { readPaced } from "./paced.mjs";

const PIECE = Buffer.alloc(65_536, "x");
const SMALL = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

let pace = 0;
let received = 0;

answerParent({
  start() {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      serve(socket).catch(() => socket.destroy());
    });
    return listening(server);
  },

  /** Bytes per second at which content is taken from now on. */
  pace(bytesPerSecond) {
    pace = bytesPerSecond;
    received = 0;
  },

  received: () => received,
});

async function serve(socket) {
  let bytes = Buffer.alloc(0);
  const reader = socket.iterator({ destroyOnReturn: false });
  for (;;) {
    let end = bytes.indexOf("\r\n\r\n");
    while (end === -1) {
      const { value, done } = await reader.next();
      if (done) return;
      bytes = Buffer.concat([bytes, value]);
      end = bytes.indexOf("\r\n\r\n");
    }
    const head = bytes.latin1Slice(0, end + 2);
    bytes = bytes.subarray(end + 4);
    const sent = Number(/\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1] ?? 0);
    if (sent > 0) {
      received += Math.min(sent, bytes.length);
      await readPaced(reader, sent - bytes.length, pace, (count) => {
        received += count;
      });
      bytes = Buffer.alloc(0);
    }
    const asked = Number(/^GET \/down\/(\d+) /.exec(head)?.[1] ?? 0);
    if (asked === 0) socket.write(SMALL);
    else await send(socket, asked);
  }
}

async function send(socket, count) {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${count}\r\n\r\n`);
  for (let left = count; left > 0; left -= PIECE.length)
    if (!socket.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE))
      await new Promise((resolve, reject) => {
        socket.once("drain", resolve).once("close", reject);
      });
}

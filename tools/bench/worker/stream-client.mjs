// A client for large contents: takes one at a pace, or sends one as fast as it is taken.

import { connect } from "node:net";
import { answerParent } from "./answering.mjs";
import { readPaced } from "./paced.mjs";

const PIECE = Buffer.alloc(65_536, "y");

answerParent({
  /** Small requests, so that everything is warm. */
  async warm({ port, requests }) {
    for (let sent = 0; sent < requests; sent++) {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      if ((await response.text()) !== "ok")
        throw new Error("the upstream is not what it should be");
    }
  },

  /** Asks for so many bytes; how long they took. */
  async down({ port, count, pace }) {
    const { socket, reader } = open(port);
    const began = performance.now();
    socket.write(`GET /down/${count} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    const { head, rest } = await readHead(reader);
    if (
      !head.startsWith("HTTP/1.1 200 ") ||
      !new RegExp(`content-length: ${count}\r\n`, "i").test(head)
    )
      throw new Error(`the response starts with ${JSON.stringify(head.slice(0, 100))}`);
    let got = rest.length;
    await readPaced(reader, count - got, pace, (more) => {
      got += more;
    });
    socket.destroy();
    if (got !== count) throw new Error(`${got} bytes came instead of ${count}`);
    return performance.now() - began;
  },

  /** Sends so many bytes; how long it took until the response was there. */
  async up({ port, count }) {
    const { socket, reader } = open(port);
    const began = performance.now();
    socket.write(
      `POST /up HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${count}\r\n\r\n`,
    );
    for (let left = count; left > 0; left -= PIECE.length)
      if (!socket.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE))
        await new Promise((resolve, reject) => {
          socket.once("drain", resolve);
          socket.once("close", () => reject(new Error("the connection was closed")));
        });
    const { head } = await readHead(reader);
    socket.destroy();
    if (!head.startsWith("HTTP/1.1 200 ")) throw new Error(`the response was ${head.slice(0, 40)}`);
    return performance.now() - began;
  },
});

function open(port) {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  return { socket, reader: socket.iterator({ destroyOnReturn: false }) };
}

async function readHead(reader) {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const end = bytes.indexOf("\r\n\r\n");
    if (end !== -1) return { head: bytes.latin1Slice(0, end + 2), rest: bytes.subarray(end + 4) };
    const { value, done } = await reader.next();
    if (done) throw new Error("the connection was closed before a response");
    bytes = Buffer.concat([bytes, value]);
  }
}

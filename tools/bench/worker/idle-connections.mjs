// Opens connections, sends one request on each of them, reads its response, and keeps them.

import { connect } from "node:net";
import { answerParent } from "./answering.mjs";
import { ResponseReader } from "./response-reader.mjs";

const AT_ONCE = 50;
const open = new Set();

answerParent({
  async open({ port, count, expected }) {
    for (let opened = 0; opened < count; opened += AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => ask(port, expected)),
      );
    return open.size;
  },
  count: () => open.size,
});

function ask(port, expected) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const reader = new ResponseReader(expected);
    open.add(socket);
    socket.on("connect", () => socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`));
    socket.on("data", (chunk) => {
      if (reader.take(chunk) === 1) resolve();
      else if (reader.fault !== undefined) reject(new Error(reader.fault));
    });
    socket.on("error", reject);
    socket.on("close", () => {
      open.delete(socket);
      reject(new Error("a connection was closed"));
    });
  });
}

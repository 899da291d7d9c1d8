// Opens HTTP/2 connections, sends one request on each of them, reads its response, and keeps them.

import { connect } from "node:http2";
import { answerParent } from "./answering.mjs";

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
    const session = connect(`http://127.0.0.1:${port}`);
    open.add(session);
    session.on("error", reject);
    session.on("close", () => {
      open.delete(session);
      reject(new Error("a connection was closed"));
    });
    const stream = session.request({ ":path": "/" });
    let content = "";
    stream.setEncoding("utf8");
    stream.on("data", (piece) => (content += piece));
    stream.on("error", reject);
    stream.on("end", () => {
      if (content === expected.content) resolve();
      else reject(new Error("the response is not the one that is expected"));
    });
  });
}

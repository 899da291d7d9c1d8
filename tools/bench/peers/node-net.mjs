// The floor: a socket that counts line ends and writes a constant. Nothing is parsed or refused.

import { createServer } from "node:net";
import { listening } from "./listening.mjs";

const CONTENT = "Hello, world!";
const RESPONSE = Buffer.from(
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n" +
    `Content-Length: ${CONTENT.length}\r\n\r\n${CONTENT}`,
);
const BLANK = Buffer.from("\r\n\r\n");

export function start() {
  const server = createServer({ noDelay: true }, (socket) => {
    let cut = "";
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      const bytes = cut === "" ? chunk : Buffer.concat([Buffer.from(cut), chunk]);
      let count = 0;
      let after = 0;
      for (let at = bytes.indexOf(BLANK); at !== -1; at = bytes.indexOf(BLANK, after)) {
        count++;
        after = at + BLANK.length;
      }
      cut = after === bytes.length ? "" : bytes.latin1Slice(after);
      if (count > 0) socket.write(answers(count));
    });
  });
  return listening(server);
}

const ready = [];

/** So many responses in one buffer. */
function answers(count) {
  return (ready[count] ??= Buffer.concat(Array.from({ length: count }, () => RESPONSE)));
}

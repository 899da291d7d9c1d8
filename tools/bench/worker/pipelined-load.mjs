// Sends requests in batches, one write each, and sends the next batch when the last one is answered.
// Responses are read by their Content-Length, and each of them has to be the one that is expected.

import { connect } from "node:net";
import { answerParent } from "./answering.mjs";
import { ResponseReader } from "./response-reader.mjs";

answerParent({
  async load({ port, connections, depth, seconds, expected }) {
    const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const batch = Buffer.from(request.repeat(depth));
    const until = performance.now() + seconds * 1_000;
    const lanes = Array.from({ length: connections }, () =>
      lane(port, batch, depth, expected, until),
    );
    const results = await Promise.all(lanes);
    const fault = results.find((result) => result.fault !== undefined)?.fault;
    const requests = results.reduce((sum, result) => sum + result.requests, 0);
    return { requests, fault };
  },
});

function lane(port, batch, depth, expected, until) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const reader = new ResponseReader(expected);
    let requests = 0;
    let due = 0;
    const finish = (fault) => {
      socket.removeAllListeners().on("error", () => {});
      socket.destroy();
      resolve({ requests, fault });
    };
    const send = () => {
      due = depth;
      socket.write(batch);
    };
    socket.on("connect", send);
    socket.on("data", (chunk) => {
      const count = reader.take(chunk);
      if (reader.fault !== undefined || count > due)
        return finish(reader.fault ?? "more responses came than requests were sent");
      requests += count;
      due -= count;
      if (due > 0) return undefined;
      return performance.now() < until ? send() : finish();
    });
    socket.on("error", (error) => finish(`socket error ${error.code ?? error.message}`));
    socket.on("close", () => finish("the connection was closed"));
  });
}

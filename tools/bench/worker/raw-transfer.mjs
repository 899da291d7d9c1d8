// One large content over HTTP/2 with as little work as can be on this side: what comes is counted
// and not parsed, what goes is one buffer again and again, as far as the windows allow.

import { connect } from "node:net";
import { frame } from "../load/flood-frames.mjs";
import { answerParent } from "./answering.mjs";

const DATA = 0x0;
const HEADERS = 0x1;
const RST_STREAM = 0x3;
const SETTINGS = 0x4;
const GOAWAY = 0x7;
const WINDOW_UPDATE = 0x8;
const MOST = 0x7fff_ffff;
const FRAME_BYTES = 16_384;

answerParent({
  /** Milliseconds until all of it has come. */
  download: ({ port, bytes }) => transfer(port, (socket, done) => take(socket, bytes, done)),
  /** Milliseconds until the response to all of it has come. */
  upload: ({ port, bytes }) => transfer(port, (socket, done) => give(socket, bytes, done)),
});

function transfer(port, begin) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const done = (fault) => {
      socket.destroy();
      if (fault === undefined) resolve(performance.now() - began);
      else reject(new Error(fault));
    };
    socket.on("connect", () => {
      socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      const window = Buffer.alloc(6);
      window[1] = 4;
      window.writeUInt32BE(MOST, 2);
      socket.write(frame(SETTINGS, 0, 0, window));
      socket.write(frame(SETTINGS, 1, 0));
      const more = Buffer.alloc(4);
      more.writeUInt32BE(MOST - 65_535);
      socket.write(frame(WINDOW_UPDATE, 0, 0, more));
      begin(socket, done);
    });
    socket.on("error", (error) => done(error.message));
  });
}

const fields = (method, path) =>
  Buffer.concat([Buffer.of(method, 0x86, 0x01, 1, 0x61, 0x04, path.length), Buffer.from(path)]);

/** Content with the heads of its frames is a little more than the content: that is all that is known. */
function take(socket, bytes, done) {
  let left = bytes;
  socket.on("data", (chunk) => {
    left -= chunk.length;
    if (left <= 0) done();
  });
  socket.on("close", () => done("the download was cut off"));
  socket.write(frame(HEADERS, 0x5, 1, fields(0x82, "/download")));
}

function give(socket, bytes, done) {
  const data = frame(DATA, 0, 1, Buffer.alloc(FRAME_BYTES, 0x61));
  let left = bytes;
  let stream = 65_535;
  let connection = 65_535;
  let rest = Buffer.alloc(0);
  let blocked = false;
  const send = () => {
    while (!blocked && left > 0 && stream >= FRAME_BYTES && connection >= FRAME_BYTES) {
      left -= FRAME_BYTES;
      stream -= FRAME_BYTES;
      connection -= FRAME_BYTES;
      blocked = !socket.write(data);
      if (left === 0) socket.write(frame(DATA, 1, 1));
    }
  };
  const heard = (type, id, payload) => {
    if (type === WINDOW_UPDATE) {
      if (id === 0) connection += payload.readUInt32BE(0);
      else stream += payload.readUInt32BE(0);
    } else if (type === SETTINGS)
      for (let at = 0; at + 6 <= payload.length; at += 6) {
        if (payload.readUInt16BE(at) === 4) stream += payload.readUInt32BE(at + 2) - 65_535;
      }
    else if (type === RST_STREAM || type === GOAWAY) done("the upload was refused");
    else if (type === HEADERS) done(left > 0 ? "answered before the end" : undefined);
  };
  socket.on("drain", () => {
    blocked = false;
    send();
  });
  socket.on("data", (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const end = 9 + rest.readUIntBE(0, 3);
      heard(rest[3], rest.readUInt32BE(5), rest.subarray(9, end));
      rest = rest.subarray(end);
    }
    send();
  });
  socket.on("close", () => done("the upload was cut off"));
  socket.write(frame(HEADERS, 0x4, 1, fields(0x83, "/upload")));
}

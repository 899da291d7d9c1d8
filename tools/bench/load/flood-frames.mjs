// The floods that RFC 9113 §10.5 warns of, as frames: each makes what opens a connection, and then
// batch after batch of what it is about.

const HEADERS = 0x1;
const PRIORITY = 0x2;
const RST_STREAM = 0x3;
const SETTINGS = 0x4;
const PING = 0x6;
const WINDOW_UPDATE = 0x8;
const CONTINUATION = 0x9;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;

/** Frames per write. */
const BATCH = 500;

export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const uint32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const settings = (...pairs) =>
  frame(
    SETTINGS,
    0,
    0,
    Buffer.concat(pairs.map(([id, value]) => Buffer.concat([Buffer.of(0, id), uint32(value)]))),
  );

/** :method, :scheme and :authority, and a path as a literal that enters no table. */
const request = (path, method = 0x82) =>
  Buffer.concat([
    Buffer.of(method, 0x86, 0x01, 1, 0x61, 0x04, path.length),
    Buffer.from(path, "latin1"),
  ]);

const POST = 0x83;
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const OPENING = Buffer.concat([PREFACE, settings()]);

const times = (count, make) => Buffer.concat(Array.from({ length: count }, (_, at) => make(at)));

/** So many frames that are always the same. */
const repeated = (one) => {
  const batch = times(BATCH, () => one);
  return () => ({ bytes: batch, frames: BATCH });
};

/** Streams with the numbers 1, 3, 5 …: `make` writes what one of them is given. */
const onStreams = (each, count, make) => {
  let stream = -1;
  return () => ({
    frames: each * count,
    bytes: times(count, () => make((stream += 2))),
  });
};

/** 4,000 octets that a reference of one octet stands for. */
const BOMB = Buffer.concat([Buffer.of(0x40, 1, 0x78, 0x7f, 0xa1, 0x1e), Buffer.alloc(4_000, 0x61)]);

/** By name: how many connections, what opens one, what is sent then, and whether answers are read. */
export const floods = {
  "rapid reset": {
    opens: OPENING,
    next: () =>
      onStreams(2, BATCH / 2, (id) =>
        Buffer.concat([
          frame(HEADERS, END_HEADERS | END_STREAM, id, request("/slow")),
          frame(RST_STREAM, 0, id, uint32(8)),
        ]),
      ),
  },
  "resets that are provoked": {
    opens: OPENING,
    next: () =>
      onStreams(2, BATCH / 2, (id) =>
        Buffer.concat([
          frame(HEADERS, END_HEADERS, id, request("/slow", POST)),
          frame(WINDOW_UPDATE, 0, id, uint32(0)),
        ]),
      ),
  },
  "CONTINUATION without end": {
    opens: Buffer.concat([OPENING, frame(HEADERS, END_STREAM, 1, request("/"))]),
    next: () => repeated(frame(CONTINUATION, 0, 1, Buffer.alloc(1_000))),
  },
  "empty CONTINUATION": {
    opens: Buffer.concat([OPENING, frame(HEADERS, END_STREAM, 1, request("/"))]),
    next: () => repeated(frame(CONTINUATION, 0, 1)),
  },
  "half a field block, then silence": {
    connections: 100,
    opens: Buffer.concat([OPENING, frame(HEADERS, END_STREAM, 1, request("/"))]),
  },
  PING: { opens: OPENING, next: () => repeated(frame(PING, 0, 0, Buffer.alloc(8))) },
  "PING, answers unread": {
    opens: OPENING,
    next: () => repeated(frame(PING, 0, 0, Buffer.alloc(8))),
    reads: false,
  },
  SETTINGS: { opens: OPENING, next: () => repeated(settings([3, 100])) },
  PRIORITY: {
    opens: OPENING,
    next: () => repeated(frame(PRIORITY, 0, 1, Buffer.of(0, 0, 0, 3, 15))),
  },
  "frames of unknown types": {
    opens: OPENING,
    next: () => repeated(frame(0x42, 0, 0, Buffer.alloc(8))),
  },
  "empty DATA": {
    opens: Buffer.concat([OPENING, frame(HEADERS, END_HEADERS, 1, request("/unread", POST))]),
    next: () => repeated(frame(0x0, 0, 1)),
  },
  "DATA of one octet, unread": {
    opens: Buffer.concat([OPENING, frame(HEADERS, END_HEADERS, 1, request("/unread", POST))]),
    next: () => repeated(frame(0x0, 0, 1, Buffer.of(0x61))),
  },
  "WINDOW_UPDATE of 1": {
    opens: OPENING,
    next: () => repeated(frame(WINDOW_UPDATE, 0, 0, uint32(1))),
  },
  "windows of one octet": {
    opens: Buffer.concat([
      PREFACE,
      settings([4, 0]),
      frame(HEADERS, END_HEADERS | END_STREAM, 1, request("/large")),
    ]),
    next: () => repeated(frame(WINDOW_UPDATE, 0, 1, uint32(1))),
  },
  "windows of zero, large contents": {
    connections: 50,
    opens: Buffer.concat([
      PREFACE,
      settings([4, 0]),
      times(100, (at) => frame(HEADERS, END_HEADERS | END_STREAM, at * 2 + 1, request("/large"))),
    ]),
  },
  "lists that expand, on many streams": {
    connections: 20,
    opens: Buffer.concat([
      OPENING,
      frame(HEADERS, END_HEADERS, 1, Buffer.concat([request("/unread", POST), BOMB])),
      times(99, (at) =>
        frame(
          HEADERS,
          END_HEADERS,
          at * 2 + 3,
          Buffer.concat([request("/unread", POST), Buffer.alloc(15, 0xbe)]),
        ),
      ),
    ]),
  },
  "a preface that never ends": { connections: 500, opens: PREFACE.subarray(0, 12) },
};

// Whole inputs of each side, and what becomes of them by RFC 9113. The fuzzing corpus starts with them.

import type { Vector } from "#laws";
import * as f from "./bytes.js";

type Row = readonly [name: string, accept: boolean, ...parts: readonly f.Bytes[]];

const { CLIENT_HELLO, SERVER_HELLO } = f;
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];
const PATCH: f.Lines = [...f.POST, ["content-length", "5"]];
const FIVE = [0x68, 0x65, 0x6c, 0x6c, 0x6f];
const WHOLE = f.block(f.GET);

/** Frames that both sides are sent, behind the head of a message with content on stream 1. */
function ofBoth(start: f.Bytes): readonly Row[] {
  return [
    ["content", true, start, f.frame(f.DATA, 0, 1, FIVE), f.frame(f.DATA, f.END_STREAM, 1)],
    ["padded-content", true, start, f.frame(f.DATA, f.PADDED | 1, 1, [2, ...FIVE, 0, 0])],
    ["only-padding", true, start, f.frame(f.DATA, f.PADDED | 1, 1, [2, 0, 0])],
    ["padding-fills", false, start, f.frame(f.DATA, f.PADDED, 1, [5, ...FIVE])],
    ["padding-absent", false, start, f.frame(f.DATA, f.PADDED, 1)],
    ["trailers", true, start, f.frame(f.DATA, 0, 1, FIVE), f.headers(1, [["x-sum", "1"]])],
    ["trailers-open", false, start, f.headers(1, [["x-sum", "1"]], 0)],
    ["trailers-pseudo", false, start, f.headers(1, [[":path", "/"]])],
    ["ping", true, start, f.frame(f.PING, 0, 0, EIGHT), f.frame(f.DATA, f.END_STREAM, 1)],
    ["ping-length", false, start, f.frame(f.PING, 0, 0, [1])],
    ["settings-change", true, start, f.frame(f.SETTINGS, 0, 0, [0, 4, 0, 0, 0, 1])],
    ["settings-range", false, start, f.frame(f.SETTINGS, 0, 0, [0, 5, 0, 0, 0, 0])],
    ["settings-length", false, start, f.frame(f.SETTINGS, 0, 0, [0, 5])],
    ["window", true, start, f.frame(f.WINDOW_UPDATE, 0, 0, f.word(1))],
    ["window-zero", false, start, f.frame(f.WINDOW_UPDATE, 0, 0, f.word(0))],
    ["window-overflow", false, start, f.frame(f.WINDOW_UPDATE, 0, 0, f.word(0x7fff_ffff))],
    ["stream-window-zero", false, start, f.frame(f.WINDOW_UPDATE, 0, 1, f.word(0))],
    ["priority", true, start, f.frame(f.PRIORITY, 0, 1, [0, 0, 0, 3, 9])],
    ["priority-self", false, start, f.frame(f.PRIORITY, 0, 1, [0, 0, 0, 1, 9])],
    ["priority-length", false, start, f.frame(f.PRIORITY, 0, 1, [0, 0])],
    ["unknown", true, start, f.frame(0xfa, 0xff, 1, FIVE), f.frame(f.DATA, f.END_STREAM, 1)],
    ["goaway", true, start, f.frame(f.GOAWAY, 0, 0, [...f.word(1), ...f.word(0)])],
    ["push", false, start, f.frame(5, f.END_HEADERS, 1, [...f.word(2), ...WHOLE])],
    ["continuation-alone", false, start, f.frame(f.CONTINUATION, f.END_HEADERS, 1)],
    ["data-on-zero", false, start, f.frame(f.DATA, 0, 0, FIVE)],
    ["data-on-idle", false, start, f.frame(f.DATA, 0, 201, FIVE)],
    ["large-frame", false, start, [0x7f, 0xff, 0xff, 0, 0, 0, 0, 0, 1]],
    ["cut", false, start, f.frame(f.DATA, 0, 1, FIVE).slice(0, 11)],
  ];
}

const REQUESTS: readonly Row[] = [
  ["get", true, CLIENT_HELLO, f.headers(1, f.GET)],
  ["three-gets", true, CLIENT_HELLO, ...[1, 3, 5].map((id) => f.headers(id, f.GET))],
  [
    "indexed",
    true,
    CLIENT_HELLO,
    // Literals that enter the table, and then references to them.
    f.frame(f.HEADERS, 5, 1, [0x82, 0x87, 0x84, 0x41, 1, 0x61, 0x40, 1, 0x62, 1, 0x63]),
    f.frame(f.HEADERS, 5, 3, [0x82, 0x87, 0x84, 0xbf, 0xbe]),
  ],
  [
    "post",
    true,
    CLIENT_HELLO,
    f.headers(1, PATCH, 0),
    f.frame(f.DATA, 0, 1, FIVE.slice(0, 2)),
    f.frame(f.DATA, f.END_STREAM, 1, FIVE.slice(2)),
  ],
  ["post-short", false, CLIENT_HELLO, f.headers(1, PATCH, 0), f.frame(f.DATA, 1, 1, [1])],
  [
    "continued",
    true,
    CLIENT_HELLO,
    f.frame(f.HEADERS, f.END_STREAM, 1, WHOLE.subarray(0, 3)),
    f.frame(f.CONTINUATION, 0, 1, WHOLE.subarray(3, 4)),
    f.frame(f.CONTINUATION, f.END_HEADERS, 1, WHOLE.subarray(4)),
  ],
  [
    "interrupted",
    false,
    CLIENT_HELLO,
    f.frame(f.HEADERS, f.END_STREAM, 1, WHOLE.subarray(0, 3)),
    f.frame(f.PING, 0, 0, EIGHT),
  ],
  [
    "priority-fields",
    true,
    CLIENT_HELLO,
    f.frame(f.HEADERS, 0x2d, 1, [1, 0x80, 0, 0, 3, 9, ...WHOLE, 0]),
  ],
  ["no-path", false, CLIENT_HELLO, f.headers(1, f.GET.slice(0, 3))],
  ["upper-case", false, CLIENT_HELLO, f.headers(1, [...f.GET, ["Name", "v"]])],
  ["connection", false, CLIENT_HELLO, f.headers(1, [...f.GET, ["connection", "close"]])],
  ["te", true, CLIENT_HELLO, f.headers(1, [...f.GET, ["te", "trailers"]])],
  ["cookies", true, CLIENT_HELLO, f.headers(1, [...f.GET, ["cookie", "a=b"], ["cookie", "c=d"]])],
  ["host-differs", false, CLIENT_HELLO, f.headers(1, [...f.GET, ["host", "b.test"]])],
  ["reset", true, CLIENT_HELLO, f.headers(1, f.POST, 0), f.frame(f.RST_STREAM, 0, 1, f.word(8))],
  ["even", false, CLIENT_HELLO, f.headers(2, f.GET)],
  ["backwards", false, CLIENT_HELLO, f.headers(3, f.GET), f.headers(1, f.GET)],
  ["twice", false, CLIENT_HELLO, f.headers(1, f.GET), f.headers(1, f.GET)],
  ["hpack-index", false, CLIENT_HELLO, f.frame(f.HEADERS, 5, 1, [0xff, 0])],
  ["no-preface", false, f.frame(f.SETTINGS, 0, 0)],
  ["no-settings", false, CLIENT_HELLO.subarray(0, 24), f.headers(1, f.GET)],
  ["http1", false, Array.from("GET / HTTP/1.1\r\n\r\n", (letter) => letter.charCodeAt(0))],
  ...ofBoth(f.bytes(CLIENT_HELLO, f.headers(1, f.POST, 0))),
];

const RESPONSES: readonly Row[] = [
  ["ok", true, SERVER_HELLO, f.headers(1, f.OK)],
  ["out-of-order", true, SERVER_HELLO, f.headers(3, f.OK), f.headers(1, f.OK)],
  ["early-hints", true, SERVER_HELLO, f.headers(1, [[":status", "103"]], 0), f.headers(1, f.OK)],
  ["early-end", false, SERVER_HELLO, f.headers(1, [[":status", "103"]])],
  ["switching", false, SERVER_HELLO, f.headers(1, [[":status", "101"]], 0)],
  ["no-status", false, SERVER_HELLO, f.headers(1, [["a", "b"]])],
  ["long", false, SERVER_HELLO, f.headers(1, [...f.OK, ["content-length", "5"]])],
  ["refused", true, SERVER_HELLO, f.frame(f.RST_STREAM, 0, 1, f.word(7))],
  ["not-asked", false, SERVER_HELLO, f.headers(201, f.OK)],
  ["pushed", false, SERVER_HELLO, f.headers(2, f.OK)],
  ["going", true, SERVER_HELLO, f.frame(f.GOAWAY, 0, 0, [...f.word(3), ...f.word(0)])],
  ["http1-answer", false, Array.from("HTTP/1.1 400 Bad", (letter) => letter.charCodeAt(0))],
  ...ofBoth(f.bytes(SERVER_HELLO, f.headers(1, f.OK, 0))),
];

export const requests: readonly Vector[] = /* @__PURE__ */ REQUESTS.map(vector);
export const responses: readonly Vector[] = /* @__PURE__ */ RESPONSES.map(vector);

function vector([name, accept, ...parts]: Row): Vector {
  return { name, accept, bytes: f.bytes(...parts) };
}

// Generators of frames near the grammar: most of them legal, many at the edge of it.

import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import * as f from "./bytes.js";

const streamOf = often(fc.constantFrom(1, 3, 5), fc.constantFrom(0, 2, 7, 201, 0x7fff_ffff));
const data = often(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ minLength: 250, maxLength: 300 }),
);
const padding = fc.nat(4);

const field: Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(fc.stringMatching(/^[a-z-]{1,8}$/), fc.stringMatching(/^[!-~]{0,12}$/)),
  fc.constantFrom<readonly [string, string]>(
    ["cookie", "a=b"],
    ["te", "trailers"],
    ["priority", "u=1, i"],
    ["content-length", "0"],
    ["content-length", "5"],
    ["host", "a.test"],
    ["expect", "100-continue"],
    ["Upper", "v"],
    ["connection", "close"],
    ["te", "gzip"],
    ["a", " v"],
    ["a\0", "v"],
    [":late", "v"],
    ["transfer-encoding", "chunked"],
  ),
);
const fields = fc.array(field, { maxLength: 3 });

const requestStart = often(
  fc.constantFrom(f.GET, f.POST),
  fc.constantFrom<f.Lines>(
    f.GET.slice(1),
    [...f.GET, ["host", "b.test"]],
    [...f.GET, [":path", "/b"]],
    [
      [":method", "CONNECT"],
      [":authority", "a.test:1"],
    ],
    [["x-sum", "1"]],
  ),
);
const responseStart = often(
  fc.constantFrom<f.Lines>(f.OK, [[":status", "404"]], [[":status", "103"]]),
  fc.constantFrom<f.Lines>([[":status", "101"]], [[":status", "2"]], [], [["x-sum", "1"]]),
);

/** A field section in one frame or in three. */
function section(start: Arbitrary<f.Lines>): Arbitrary<number[]> {
  return fc
    .tuple(streamOf, start, fields, fc.boolean(), fc.nat(40), fc.boolean())
    .map(([stream, first, more, ends, cut, split]) => {
      const block = f.block([...first, ...more]);
      const flags = ends ? f.END_STREAM : 0;
      if (!split) return f.frame(f.HEADERS, flags | f.END_HEADERS, stream, block);
      return [
        ...f.frame(f.HEADERS, flags, stream, block.subarray(0, cut)),
        ...f.frame(f.CONTINUATION, 0, stream),
        ...f.frame(f.CONTINUATION, f.END_HEADERS, stream, block.subarray(cut)),
      ];
    });
}

const content = fc
  .tuple(streamOf, data, fc.boolean(), fc.option(padding))
  .map(([stream, bytes, ends, pad]) => {
    const flags = (ends ? f.END_STREAM : 0) | (pad === null ? 0 : f.PADDED);
    const payload = pad === null ? bytes : [pad, ...bytes, ...new Uint8Array(pad)];
    return f.frame(f.DATA, flags, stream, payload);
  });

const setting = fc
  .tuple(
    fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 9, 0xfa),
    fc.constantFrom(0, 1, 2, 100, 16_384, 65_535, 16_777_215, 0x7fff_ffff, 0xffff_ffff),
  )
  .map(([id, value]) => [0, id, ...f.word(value)]);

const control = fc.oneof(
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((eight) => f.frame(f.PING, 0, 0, eight)),
  fc.array(setting, { maxLength: 2 }).map((all) => f.frame(f.SETTINGS, 0, 0, all.flat())),
  fc.constant(f.frame(f.SETTINGS, f.ACK, 0)),
  fc
    .tuple(fc.constantFrom(0, 1, 3), fc.constantFrom(0, 1, 1_000, 0x7fff_0000, 0xffff_ffff))
    .map(([stream, more]) => f.frame(f.WINDOW_UPDATE, 0, stream, f.word(more))),
  fc.tuple(streamOf, fc.nat(13)).map(([id, error]) => f.frame(f.RST_STREAM, 0, id, f.word(error))),
  fc.tuple(streamOf, streamOf).map(([id, on]) => f.frame(f.PRIORITY, 0, id, [...f.word(on), 1])),
  streamOf.map((id) => f.frame(0x10, 0, 0, [...f.word(id), 0x75, 0x3d, 0x30])),
  fc
    .tuple(fc.constantFrom(0, 1, 3, 199), fc.nat(13))
    .map(([last, error]) => f.frame(f.GOAWAY, 0, 0, [...f.word(last), ...f.word(error)])),
);

/** Any type with any flags and any payload. */
const anything = fc
  .tuple(fc.nat(0x11), fc.nat(255), streamOf, fc.uint8Array({ maxLength: 12 }))
  .map(([type, flags, stream, payload]) => f.frame(type, flags, stream, payload));

function rows(hello: Uint8Array, start: Arbitrary<f.Lines>): Arbitrary<Uint8Array> {
  const each = fc.oneof(
    { arbitrary: section(start), weight: 6 },
    { arbitrary: content, weight: 4 },
    { arbitrary: control, weight: 4 },
    { arbitrary: anything, weight: 1 },
  );
  return fc
    .tuple(
      often(fc.constant(hello), fc.constant(hello.subarray(0, -9))),
      fc.array(each, { maxLength: 8 }),
    )
    .map(([first, all]) => f.bytes(first, ...all));
}

/** What a client may send, and what it may not. */
export const clientRows: Arbitrary<Uint8Array> = rows(f.CLIENT_HELLO, requestStart);
/** What a server may send, and what it may not. */
export const serverRows: Arbitrary<Uint8Array> = rows(f.SERVER_HELLO, responseStart);

function often<Value>(usual: Arbitrary<Value>, odd: Arbitrary<Value>): Arbitrary<Value> {
  return fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: odd, weight: 1 });
}

// Frames of HTTP/2 as bytes (RFC 9113 §4.1, §6), written and read by hand, so that tests say exactly
// what they mean and do not ask the code under test.

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;

/** `:status: 200`, by its index in the static table. */
export const STATUS_200: Uint8Array = Uint8Array.of(0x88);

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = new Uint8Array(0),
): Buffer {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, 9);
  return bytes;
}

export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32BE(value, 4 * at));
  return bytes;
}

/** A block of literals that are not indexed (RFC 7541 §6.2.2), each string as its bytes. */
export function literals(lines: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    lines.flatMap(([name, value]) => [Buffer.of(0), ...stringOf(name), ...stringOf(value)]),
  );
}

function stringOf(text: string): Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  return [integer(bytes.length), bytes];
}

/** RFC 7541 §5.1, with a prefix of seven bits. */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.of(value);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #toSkip: number;

  /** `preface`: bytes before the first frame. */
  constructor(preface: number) {
    this.#toSkip = preface;
  }

  *read(chunk: Buffer): Generator<Frame> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const skipped = Math.min(this.#toSkip, this.#rest.length);
    this.#toSkip -= skipped;
    this.#rest = this.#rest.subarray(skipped);
    for (;;) {
      const rest = this.#rest;
      if (rest.length < 9) return;
      const end = 9 + rest.readUIntBE(0, 3);
      if (rest.length < end) return;
      this.#rest = rest.subarray(end);
      yield {
        type: rest[3] ?? 0,
        flags: rest[4] ?? 0,
        stream: rest.readUInt32BE(5),
        payload: rest.subarray(9, end),
      };
    }
  }
}

/** An entry of SETTINGS. */
export function entry(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
}

/** Answers every request that is complete. */
export function ok(
  { type, flags, stream }: Frame,
  socket: { write(bytes: Buffer): unknown },
): void {
  if ((type !== HEADERS && type !== DATA) || (flags & END_STREAM) === 0) return;
  socket.write(frame(HEADERS, END_HEADERS, stream, STATUS_200));
  socket.write(frame(DATA, END_STREAM, stream, Buffer.from("ok")));
}

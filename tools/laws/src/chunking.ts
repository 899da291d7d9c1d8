// The ways of cutting an input.

export interface Chunking {
  readonly name: string;
  readonly chunks: readonly Uint8Array[];
}

/** The whole, byte by byte, and every cut in two: all of them up to `most`, then evenly chosen. */
export function chunkings(bytes: Uint8Array, most: number = Number.MAX_SAFE_INTEGER): Chunking[] {
  const cuts = bytes.length - 1;
  const step = cuts > most ? cuts / most : 1;
  const all: Chunking[] = [
    { name: "whole", chunks: [bytes] },
    { name: "byte by byte", chunks: byteByByte(bytes) },
    { name: "with empty chunks", chunks: withEmptyChunks(bytes) },
  ];
  for (let place = 1; place <= cuts; place += step) {
    const at = Math.floor(place);
    all.push({ name: `cut at ${at}`, chunks: [bytes.subarray(0, at), bytes.subarray(at)] });
  }
  return all;
}

export function byteByByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}

/** Cuts at places that the numbers choose. */
export function cutBy(bytes: Uint8Array, numbers: readonly number[]): Chunking {
  const places = numbers
    .map((number) => (bytes.length === 0 ? 0 : number % (bytes.length + 1)))
    .sort((left, right) => left - right);
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (const place of [...places, bytes.length]) {
    chunks.push(bytes.subarray(from, place));
    from = place;
  }
  return { name: `cut at ${places.join(", ")}`, chunks };
}

/** Chunks of that many bytes. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

function withEmptyChunks(bytes: Uint8Array): Uint8Array[] {
  const nothing = new Uint8Array(0);
  const half = bytes.length >>> 1;
  return [nothing, bytes.subarray(0, half), nothing, nothing, bytes.subarray(half), nothing];
}

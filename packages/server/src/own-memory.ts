// Bytes that somebody keeps must neither be taken away from under a decoder nor pin a large buffer.

/** The bytes themselves if nothing else is in their buffer, or a copy. */
export function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length)
    return new Uint8Array(buffer);
  return Uint8Array.from(bytes);
}

import { Input, Output } from "@wirewall/bytes";

/** Cuts chunks into lines of text and writes each again, behind its length. */
export function example(chunks: Iterable<Uint8Array>): Uint8Array[] {
  const input = new Input();
  const output = new Output();
  for (const chunk of chunks) {
    input.append(chunk);
    for (let at = input.at; at < input.end; at++) {
      if (input.bytes[at] !== 0x0a) continue;
      output.addText(`${at - input.at}:`);
      output.add(input.bytes.subarray(input.at, at));
      input.at = at + 1;
    }
    input.keep();
  }
  const pieces: Uint8Array[] = [];
  for (let piece = output.take(); piece !== undefined; piece = output.take()) pieces.push(piece);
  return pieces;
}

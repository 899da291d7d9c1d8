// What runs inside an empty realm beside a codec. Texts and numbers go in, texts come out.

import { inPieces } from "./chunking.js";
import { bytesOf } from "./finding.js";
import type { Codec } from "./subject.js";
import { drive, textOfTranscript } from "./transcript.js";

export interface RealmSide {
  /** How an input (one character per byte) reads in pieces of that size. */
  transcript(input: string, pieceBytes: number): string;
  /** The cost of a shape, as JSON of `Cost`. */
  count(shape: string, bytes: number, pieceBytes: number, raised: boolean): string;
}

export interface Cost {
  readonly bytes: number;
  readonly steps: number;
  readonly events: number;
  readonly refused: string | undefined;
  readonly fault: string | undefined;
}

/** Counted by the instrumented bundle; absent in a plain one. */
declare let countedSteps: number;

export function install(codec: Codec): void {
  const side: RealmSide = {
    transcript(input, pieceBytes) {
      const pieces = inPieces(bytesOf(input), pieceBytes);
      return textOfTranscript(drive(codec.create(), pieces, { keep: false }));
    },
    count(name, bytes, pieceBytes, raised) {
      const shape = codec.shapes.find((candidate) => candidate.name === name);
      if (shape === undefined) throw new TypeError(`no shape ${name}`);
      const { limits } = shape;
      const pieces = inPieces(shape.input(bytes), pieceBytes);
      const decoder = codec.create(raised && limits !== undefined ? { limits } : {});
      return JSON.stringify(costOf(decoder, pieces));
    },
  };
  Reflect.set(globalThis, "lawsSide", side);
}

/** Only what the decoder does is counted, not what writes it down. */
function costOf(decoder: ReturnType<Codec["create"]>, pieces: readonly Uint8Array[]): Cost {
  let events = 0;
  let refused: string | undefined;
  let fault: string | undefined;
  const before = countedSteps;
  try {
    for (const piece of pieces) {
      decoder.receive(piece);
      for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
        events++;
        if ("code" in event) refused = String(event.code);
      }
    }
  } catch (error) {
    fault = String(error);
  }
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { bytes, steps: countedSteps - before - events - pieces.length, events, refused, fault };
}

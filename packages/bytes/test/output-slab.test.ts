// Outputs share one slab, byte after byte: what one of them queued, no other ever writes over.

import { Output } from "@wirewall/bytes";
import { describe, expect, it } from "vitest";

const SLAB_BYTES = 16_384;

/** Queues so many bytes of that value. */
function queue(output: Output, value: number, count: number): void {
  const room = output.reserve(count);
  const { place } = output;
  room.fill(value, place, place + count);
  output.commit(place + count);
}

function taken(output: Output): number[] {
  const all: number[] = [];
  for (let piece = output.take(); piece !== undefined; piece = output.take()) all.push(...piece);
  return all;
}

function filled(value: number, count: number): number[] {
  return new Array<number>(count).fill(value);
}

describe("threat: H2-11 what one connection queued stays its own", () => {
  it("when the other one writes on after a new slab was begun", () => {
    const first = new Output();
    const second = new Output();
    queue(first, 1, 10);
    queue(second, 2, 10);
    // No room is left for this: the slab is replaced, while both hold a part of the old one.
    for (let done = 0; done < SLAB_BYTES; done += 4_000) queue(new Output(), 3, 4_000);
    queue(first, 4, 10);
    expect(taken(second)).toEqual(filled(2, 10));
    expect(taken(first)).toEqual([...filled(1, 10), ...filled(4, 10)]);
  });

  it("whatever several of them write, and when", () => {
    const outputs = Array.from({ length: 5 }, () => new Output());
    const wanted: number[][] = outputs.map(() => []);
    let state = 7;
    const upTo = (most: number): number => {
      state = (Math.imul(state, 0x0019_660d) + 0x3c6e_f35f) | 0;
      return (state >>> 8) % (most + 1);
    };
    for (let step = 0; step < 4_000; step++) {
      const which = upTo(4);
      const output = outputs[which];
      const waiting = wanted[which];
      if (output === undefined || waiting === undefined) continue;
      if (upTo(5) === 0) {
        expect(taken(output)).toEqual(waiting);
        waiting.length = 0;
        continue;
      }
      const count = [1, 9, 300, 5_000, 9_000][upTo(4)] ?? 1;
      const value = step & 0xff;
      waiting.push(...filled(value, count));
      if (upTo(3) > 0) queue(output, value, count);
      else output.add(new Uint8Array(count).fill(value));
    }
  });
});

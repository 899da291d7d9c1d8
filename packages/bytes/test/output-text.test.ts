// Text and bytes in one queue: whichever way it is taken, the same bytes come in the same order.

import { Output } from "@wirewall/bytes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const byteText = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 600,
});

type Step =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "room"; readonly bytes: Uint8Array }
  | { readonly kind: "take"; readonly asText: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  byteText.map((text) => ({ kind: "text", text }) as const),
  fc
    .integer({ min: 10_000, max: 20_000 })
    .map((length) => ({ kind: "text", text: "x".repeat(length) }) as const),
  fc.uint8Array({ maxLength: 5_000 }).map((bytes) => ({ kind: "bytes", bytes }) as const),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ kind: "room", bytes }) as const),
  fc.boolean().map((asText) => ({ kind: "take", asText }) as const),
);

/** What the steps queue, as plain arithmetic on arrays says. */
function queuedBy(steps: readonly Step[]): number[] {
  return steps.flatMap((one) => {
    if (one.kind === "text") return codesOf(one.text);
    return one.kind === "take" ? [] : [...one.bytes];
  });
}

function codesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

describe("takeText hands out what take would, and only where all of it is text", () => {
  test("any mix of text, bytes and reservations comes out whole and in order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const output = new Output();
        const taken: number[][] = [];
        const pieces: { readonly bytes: Uint8Array; readonly copy: Uint8Array }[] = [];
        const take = (asText: boolean): boolean => {
          const before = output.queued;
          const text = asText ? output.takeText() : undefined;
          const piece = text === undefined ? output.take() : undefined;
          if (text !== undefined) taken.push(codesOf(text));
          if (piece !== undefined) {
            pieces.push({ bytes: piece, copy: piece.slice() });
            taken.push([...piece]);
          }
          const count = text?.length ?? piece?.length ?? 0;
          expect(output.queued).toBe(before - count);
          return count > 0;
        };
        for (const one of steps) {
          if (one.kind === "text") output.addText(one.text);
          else if (one.kind === "bytes") output.add(one.bytes);
          else if (one.kind === "room") {
            const room = output.reserve(one.bytes.length);
            room.set(one.bytes, output.place);
            output.commit(output.place + one.bytes.length);
          } else take(one.asText);
        }
        while (take(false));
        expect(output.queued).toBe(0);
        expect(taken.flat()).toEqual(queuedBy(steps));
        // Pieces that were handed out are never written to again.
        for (const { bytes, copy } of pieces) expect(bytes).toEqual(copy);
      }),
      { numRuns: 200 },
    );
  });

  test("text behind bytes that were not taken is bytes", () => {
    const output = new Output();
    output.add(Uint8Array.of(1));
    output.addText("a");
    expect(output.takeText()).toBeUndefined();
    expect(output.take()).toEqual(Uint8Array.of(1, 0x61));
  });

  test("dropped text is gone", () => {
    const output = new Output();
    output.addText("secret");
    output.drop();
    expect(output.queued).toBe(0);
    expect(output.takeText()).toBeUndefined();
    expect(output.take()).toBeUndefined();
  });
});

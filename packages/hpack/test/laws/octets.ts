// Blocks near the grammar: representations of all kinds, with what is wrong often enough.

import * as fc from "fast-check";
import { coded, indexed, integer, literal, plain, sizeUpdate } from "../blocks.js";

/** Any text of characters that are bytes. */
export function byteText(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.nat(255).map((code) => String.fromCharCode(code));
  return fc.string({ unit, maxLength });
}

const name = fc.oneof(
  fc.constantFrom("a", "x-name", "cookie", "__proto__", "", ":path", "content-length"),
  fc.stringMatching(/^[a-z-]{1,12}$/),
);
const text = fc.oneof(
  fc.constantFrom("", "v", "GET", "/", "v".repeat(40), "\0", "\xff\xfe"),
  byteText(20),
);
const index = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 70 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 61, 62, 63, 126, 127, 128, 200, 2 ** 31 - 1) },
);
const string = fc.oneof(
  text.map(plain),
  text.map((value) => coded(value)),
);
const kind = fc.constantFrom("incremental", "incremental", "without", "never" as const);
const flags = fc.constantFrom([6, 0x40] as const, [4, 0] as const, [4, 0x10] as const);

const representation = fc.oneof(
  { weight: 4, arbitrary: index.map(indexed) },
  { weight: 3, arbitrary: fc.tuple(kind, fc.oneof(index, name), text).map(ofLiteral) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(flags, string, string)
      .map(([[bits, mask], first, second]) => [...integer(0, bits, mask), ...first, ...second]),
  },
);
const update = fc.constantFrom(0, 31, 32, 64, 100, 4_096, 4_097).map(sizeUpdate);
const noise = fc.array(fc.nat(255), { maxLength: 3 });

function ofLiteral([which, first, value]: [
  "incremental" | "without" | "never",
  number | string,
  string,
]): number[] {
  return literal(which, first, value);
}

/** Mostly well-formed: updates, then representations, sometimes something else. */
export const blockOctets: fc.Arbitrary<number[]> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(update, { maxLength: 3 }) },
    ),
    fc.array(fc.oneof({ weight: 30, arbitrary: representation }, { weight: 1, arbitrary: noise }), {
      maxLength: 12,
    }),
    fc.oneof({ weight: 8, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: update }),
  )
  .map(([updates, all, last]) => [...updates.flat(), ...all.flat(), ...last]);

// Arguments that an application might hand on from elsewhere, good ones and bad ones.

import type { OutgoingContent } from "@wirewall/http1";
import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import fc from "fast-check";

/** Text that likes to be where it must not: line ends, controls, characters that end in a line end. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom(..."ab1-:/ \t"), maxLength: 8 }) },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom(
        "a",
        "\r",
        "\n",
        "\r\n",
        "\0",
        "\u010d",
        "\u010a",
        "\x7f",
        "\x0b",
        "\xe9",
        " ",
        "\u2028",
        "\ud800",
        ":",
      ),
      maxLength: 6,
    }),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);

export const names: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ..."b x-y connection upgrade expect content-type location te date".split(" "),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ..."content-length transfer-encoding host B Host authorization trailer".split(" "),
      "",
      "n".repeat(256),
      "n".repeat(257),
    ),
  },
  { weight: 1, arbitrary: hostile },
);

export const values: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...";a;close;100-continue;websocket;chunked;a, b;(;a b".split(";")),
  },
  { weight: 1, arbitrary: hostile },
);

/** Fields that nobody checked, as `Fields.adopt` allows. */
export const unchecked: fc.Arbitrary<[string, string][]> = fc.array(fc.tuple(names, values), {
  maxLength: 4,
});

export const contents: fc.Arbitrary<OutgoingContent> = fc.oneof(
  fc.constantFrom<OutgoingContent>(
    "none",
    "stream",
    0,
    1,
    15,
    16_777_216,
    16_777_217,
    -1,
    1.5,
    Number.NaN,
    2 ** 53,
  ),
);

export function adopt(lines: readonly (readonly [string, string])[]): Fields {
  return Fields.adopt(lines.flat() as (FieldName | FieldValue)[]);
}

/** An origin-form target of that many bytes. */
export function long(length: number): string {
  return `/${"x".repeat(length - 1)}`;
}

// Sections as they come off the wire: through HPACK, whose table keeps what was judged.

import { BlockDecoder, BlockEncoder } from "@wirewall/hpack";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestSection } from "../src/request-section.ts";
import { judge } from "../src/section-marks.ts";
import { GET, RULES, readRequest, type Line } from "./sections.ts";

/** One connection: what was written is decoded, and read. */
class Wire {
  judged = 0;
  readonly #encoder = new BlockEncoder();
  readonly #section = new RequestSection(RULES);
  readonly #decoder = new BlockDecoder({
    judge: (name, value) => {
      this.judged++;
      return judge(name, value);
    },
  });

  request(lines: readonly Line[], endStream = true): unknown {
    this.#encoder.begin();
    for (const [name, value, never] of lines) this.#encoder.field(name, value, never);
    const block = this.#encoder.finish();
    const refused = this.#decoder.decode(block, 0, block.length, 0, this.#section);
    expect(refused).toBeUndefined();
    return this.#section.finish(1, endStream);
  }
}

describe("a field by reference", () => {
  const lines: readonly Line[] = [
    ...GET,
    ["accept", "text/html"],
    ["x-long", "a".repeat(100)],
    ["te", "trailers"],
    ["priority", "u=1, i"],
  ];

  it("is not judged again", () => {
    const wire = new Wire();
    expect(wire.request(lines)).toEqual(readRequest(lines));
    const before = wire.judged;
    expect(wire.request(lines)).toEqual(readRequest(lines));
    expect(wire.judged).toBe(before);
  });

  it("is refused again for what it was refused before", () => {
    const wire = new Wire();
    const bad: readonly Line[] = [...GET, ["Bad", "name"], ["x", " y"]];
    for (const [line, code] of [
      [["Bad", "name"], "http2.field.syntax"],
      [["x", "y "], "http2.field.syntax"],
      [["connection", "close"], "http2.field.connection"],
      [["host", "b"], "http2.pseudo.value"],
      [[":foo", "b"], "http2.pseudo.invalid"],
    ] as [Line, string][])
      for (let time = 0; time < 3; time++)
        expect(wire.request([...GET, line])).toMatchObject({ type: "fault", code });
    expect(wire.request(bad)).toMatchObject({ code: "http2.field.syntax" });
    expect(wire.request(lines)).toEqual(readRequest(lines));
  });

  it("reads as the literal did, whatever came before it", () => {
    const name = fc.constantFrom(
      ":method",
      ":path",
      ":authority",
      ":protocol",
      ":foo",
      "te",
      "host",
      "priority",
      "content-length",
      "cookie",
      "x",
      "X",
      "connection",
    );
    const value = fc.constantFrom(
      "",
      "a",
      "/",
      "//",
      "*",
      "CONNECT",
      "trailers",
      "u=5",
      "5",
      "a\n",
      "\xff",
    );
    const line = fc.tuple(name, value, fc.boolean()) as fc.Arbitrary<Line>;
    const request = fc.tuple(fc.boolean(), fc.array(line, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), (requests) => {
        const wire = new Wire();
        for (const [endStream, more] of requests) {
          const all = [...GET, ...more];
          expect(wire.request(all, endStream)).toEqual(readRequest(all, { endStream }));
        }
      }),
      { numRuns: 500 },
    );
  });
});

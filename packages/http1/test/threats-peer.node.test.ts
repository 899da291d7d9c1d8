// threat: H1-10 against Node's own parser: for any extension, content and next message are those
// that the peer reads, or the input is refused. Runs where node:http is.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, completed, contentOf, kind, requests } from "./drive.ts";
import { readWithLlhttp, type Message } from "./laws/llhttp.js";

const CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

describe("threat: H1-10 chunk extensions as another parser reads them", () => {
  const part = fc.constantFrom(";a", ";a=b", ';a="b"', ';a=";=\\"\\\\"', ";a1=x", ';b="\xff"');
  const fault = fc.oneof(
    { weight: 2, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.constantFrom(...';="\\ \t\r\n\0\xff,0', "\r\n") },
  );
  const line = fc
    .tuple(fc.array(part, { maxLength: 3 }), fault, fc.nat())
    .map(([parts, spoilt, at]) => {
      const text = parts.join("");
      const place = at % (text.length + 1);
      return text.slice(0, place) + spoilt + text.slice(place);
    });

  it("the same content and the same next message, or a refusal", () => {
    let same = 0;
    fc.assert(
      fc.property(line, line, (first, last) => {
        const input = `${CHUNKED}3${first}\r\nabc\r\n0${last}\r\n\r\n${NEXT}`;
        const ours = requests(input, { cuts: "few" });
        const theirs = readWithLlhttp("request", bytes(input));
        if (kind(ours) !== "accepted" || theirs.incomparable !== undefined) return;
        same++;
        expect(theirs.messages.map((message) => (message as Message).content).join("")).toBe(
          contentOf(ours),
        );
        expect(theirs.messages).toHaveLength(completed(ours));
      }),
      { numRuns: 2_000 },
    );
    expect(same).toBeGreaterThan(500);
  });
});

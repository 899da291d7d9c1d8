// Row H2-16 of the regression catalogue: what Content-Length declares, what DATA holds, and where
// the stream ends, in every combination, on both sides. Padding never counts as content.

import { isViolation, type ClientConnection } from "@wirewall/http2";
import { describe, expect, it } from "vitest";
import { GET, POST, client, headers, server, type Heard, type Peer } from "./peer.ts";
import { DATA, END_STREAM, PADDED, PROTOCOL_ERROR, frame, padded } from "./raw-frames.ts";

const DECLARED = [undefined, 0, 1, 4, 5, 6, 10] as const;
/** Sizes of the DATA frames, in order. */
const SENT: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [5],
  [2, 3],
  [5, 0],
  [0, 5],
  [4, 2],
  [1, 1, 1, 1, 1],
];
const PADDING = [undefined, 0, 7] as const;
/** Where END_STREAM stands: on the head, on the last DATA, on an empty DATA after it, on trailers. */
const ENDS = ["head", "data", "empty", "trailers"] as const;

interface Row {
  readonly declared: number | undefined;
  readonly sent: readonly number[];
  readonly padding: number | undefined;
  readonly end: (typeof ENDS)[number];
}

const TABLE: readonly Row[] = DECLARED.flatMap((declared) =>
  SENT.flatMap((sent) =>
    PADDING.flatMap((padding) => ENDS.map((end): Row => ({ declared, sent, padding, end }))),
  ),
).filter(({ sent, end }) => (sent.length === 0 ? end !== "data" : end !== "head"));

const text = ({ declared, sent, padding, end }: Row): string =>
  `declared ${String(declared)}, sent ${sent.join("+")}, padding ${String(padding)}, ended by ${end}`;

/** The frames of one message on stream 1. */
function message(head: readonly (readonly [string, string])[], row: Row): Uint8Array[] {
  const { declared, sent, padding, end } = row;
  const lines: (readonly [string, string])[] = [...head];
  if (declared !== undefined) lines.push(["content-length", String(declared)]);
  const frames = [headers(1, lines, end === "head")];
  for (const [place, size] of sent.entries()) {
    const isLast = end === "data" && place === sent.length - 1;
    const content = new Uint8Array(size).fill(0x61);
    const flags = (isLast ? END_STREAM : 0) | (padding === undefined ? 0 : PADDED);
    frames.push(frame(DATA, flags, 1, padding === undefined ? content : padded(content, padding)));
  }
  if (end === "empty") frames.push(frame(DATA, END_STREAM, 1));
  if (end === "trailers") frames.push(headers(1, [["x", "y"]], true));
  return frames;
}

/** What the reader of a message was told: its content, and whether it was said to be complete. */
function outcome(heard: readonly Heard[]): { bytes: number; complete: boolean; code: string } {
  let bytes = 0;
  let complete = false;
  let code = "";
  for (const event of heard) {
    if (isViolation(event)) code = event.code;
    else if (event.type === "content") bytes += event.bytes.length;
    else if (event.type === "end" || event.type === "trailers") complete = true;
    else if ((event.type === "request-head" || event.type === "response-head") && event.endStream)
      complete = true;
    // Nothing is said of a message after it was refused.
    if (!isViolation(event) && event.type !== "settings") expect(code).toBe("");
  }
  return { bytes, complete, code };
}

function check(row: Row, heard: readonly Heard[], reset: number | undefined): void {
  const sum = row.sent.reduce((total, size) => total + size, 0);
  const { bytes, complete, code } = outcome(heard);
  const isRight = row.declared === undefined || row.declared === sum;
  if (isRight)
    expect([text(row), code, bytes, complete, reset]).toEqual([
      text(row),
      "",
      sum,
      true,
      undefined,
    ]);
  else {
    expect([text(row), code, complete, reset]).toEqual([
      text(row),
      "http2.content-length.mismatch",
      false,
      PROTOCOL_ERROR,
    ]);
    // More than was declared is never handed out.
    expect(bytes).toBeLessThanOrEqual(row.declared ?? 0);
  }
}

describe("threat: H2-16 row: C3 Content-Length against DATA", () => {
  it("the table has every combination", () => {
    expect(TABLE.length).toBe(7 * 3 * (3 + 8 * 3));
  });

  it("in requests, each in one chunk and each frame by itself", () => {
    for (const row of TABLE)
      for (const apart of [false, true]) {
        const peer = client();
        const frames = message(POST, row);
        const heard = apart ? frames.flatMap((each) => peer.send(each)) : peer.send(...frames);
        check(row, heard, peer.errors().get(1));
        // The connection goes on.
        expect(peer.send(headers(3, POST, true)).map(({ type }) => type)).toEqual(["request-head"]);
      }
  });

  const answered = (
    row: Row,
    method: string,
    status: string,
  ): [Heard[], Peer<ClientConnection>] => {
    const peer = server();
    expect(peer.connection.sendRequest({ ...GET, method })).toBe(1);
    peer.take();
    return [peer.send(...message([[":status", status]], row)), peer];
  };

  it("in responses", () => {
    for (const row of TABLE) {
      const [heard, peer] = answered(row, "GET", "200");
      check(row, heard, peer.errors().get(1));
    }
  });

  it.each([
    ["HEAD", "200"],
    ["GET", "204"],
    ["GET", "304"],
  ])(
    "in a response to %s with %s any length may be declared, and no content may come",
    (method, status) => {
      for (const row of TABLE) {
        const [heard, peer] = answered(row, method, status);
        check({ ...row, declared: 0 }, heard, peer.errors().get(1));
      }
    },
  );
});

// The test cases of llhttp with the decision of Node's own parser (vectors/, MIT). What it refuses
// we refuse, or complete no more messages of; where it accepts and we refuse, the case stands in
// STRICTER with the reason, and what is left of it without that fault is read as well.

import { describe, expect, it } from "vitest";
import { completed, contentOf, kind, requests, responses, type Said } from "./drive.ts";
import cases from "./vectors/cases.json";

type Case = (typeof cases)[number];

/** A case by the first characters of its input, why it is refused, and what a mended one says. */
interface Stricter {
  readonly starts: string;
  readonly refused: string;
  readonly reason: string;
  /** The mended input is read up to here: the same count of messages as Node's, or this refusal. */
  readonly leaves?: string;
  mend?(input: string): string;
}

const STRICTER: readonly Stricter[] = [
  {
    starts: "M-SEARCH * HTTP/1.1",
    refused: "target.form 400",
    reason: "* is a target of OPTIONS only (RFC 9112 §3.2.4); SSDP is not HTTP over TCP",
    mend: (input) => input.replace("M-SEARCH *", "M-SEARCH /"),
  },
  {
    starts: "OPTIONS /music/sweet/music RTSP/1.0",
    refused: "request-line.syntax 400",
    reason: "RTSP is another protocol",
    mend: (input) => input.replace("RTSP/1.0", "HTTP/1.1"),
  },
  {
    starts: "PRI * HTTP/1.1",
    refused: "target.form 400",
    reason: "the HTTP/2 preface is told apart before this decoder; as a request its target is none",
  },
  {
    starts:
      "POST /post_identity_body_world?q=search#hey HTTP/1.1\r\nAccept: */*\r\nTransfer-Encoding: deflate",
    refused: "target.form 400",
    reason: "a fragment is not sent (RFC 9112 §3.2); and no coding but chunked is decoded (§6.1)",
    mend: (input) => hosted(input.replace("#hey", "")),
    leaves: "framing.coding 501",
  },
  {
    starts: "GET /forums/1/topics/2375?page=1#posts-17408",
    refused: "target.form 400",
    reason: "a fragment is not sent (RFC 9112 §3.2)",
    mend: (input) => hosted(input.replace("#posts-17408", "")),
  },
  {
    starts: "GET http://a%12:b!&*$@hypnotoad.org:1234/toto",
    refused: "target.form 400",
    reason: "userinfo is not sent (RFC 9110 §4.2.4)",
    mend: (input) => hosted(input.replace("a%12:b!&*$@", ""), "hypnotoad.org:1234"),
  },
  {
    starts:
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 4",
    refused: "framing.forbidden close",
    reason: "a 1xx has no content (RFC 9110 §8.6), and nobody asked for a switch",
    mend: (input) => input.replace("Content-Length: 4\r\n", ""),
    leaves: "response.informational close",
  },
  {
    starts: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nAAA\r\nHTTP/1.1 201 Created",
    refused: "status-line.syntax close",
    reason:
      "an empty line may stand before a request line, not before a status line (RFC 9112 §2.2)",
    mend: (input) => input.replaceAll(/\r\n(?=HTTP\/1\.1 20[12])/g, ""),
  },
  {
    starts: "RTSP/1.1 200 OK",
    refused: "status-line.syntax close",
    reason: "RTSP is another protocol",
    mend: (input) => input.replace("RTSP", "HTTP"),
  },
  {
    starts:
      "HTTP/1.1 200 OK\r\nAccept: */*\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    refused: "framing.coding close",
    reason: "a second Transfer-Encoding line (RFC 9112 §6.1)",
    mend: (input) =>
      input.replace(/Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n/, ""),
  },
];

/** What else is refused once the missing Host is there. */
const STRICTER_HOSTED: readonly {
  readonly starts: string;
  readonly refused: string;
  readonly reason: string;
}[] = [
  {
    starts: "POST /chunked_w_trailing_headers",
    refused: "trailer.forbidden 400",
    reason: "Vary and Content-Type describe the content and are no trailers (RFC 9110 §6.5.1)",
  },
];

/** Node counts what we count otherwise, with the reason. */
const COUNTED: readonly {
  readonly starts: string;
  readonly ours: number;
  readonly reason: string;
}[] = [
  {
    starts: "HTTP/1.1 103 Early Hints",
    ours: 0,
    reason: "a 1xx is no message of its own, and the content of the final response is not over",
  },
];

const HOST_MISSING = "host.missing 400";

/** Puts the Host in that an HTTP/1.1 request has to have (RFC 9112 §3.2). */
function hosted(input: string, host: string = "a"): string {
  const named = /http:\/\/([^/?]+)[^ ]* HTTP/.exec(input)?.[1] ?? host;
  return input.replaceAll(/( HTTP\/1\.1\r\n)/g, `$1Host: ${named}\r\n`);
}

function read(of: Case, input: string): Said[] {
  return of.type === "request"
    ? requests(input, { end: false })
    : responses(input, { end: false, asked: ["GET", "GET", "GET", "GET"] });
}

function expectSame(of: Case, input: string, said: readonly Said[]): void {
  const counted = COUNTED.find(({ starts }) => input.startsWith(starts));
  expect(kind(said)).toBe("accepted");
  expect(completed(said)).toBe(counted?.ours ?? of.messagesComplete);
}

const used = new Set<string>();

describe("row: C1 the cases of llhttp", () => {
  it.each(cases.map((of, number) => [number, of.file, of.title || of.reason || "", of] as const))(
    "%i %s %s",
    (_, __, ___, of) => {
      const input = atob(of.input);
      const said = read(of, input);
      if (!of.accept) {
        expect(completed(said)).toBeLessThanOrEqual(of.messagesComplete);
        // What is not refused was left unread after Connection: close, or is not over yet.
        if (kind(said) === "accepted") {
          const ended = of.type === "request" ? requests(input) : responses(input);
          if (kind(ended) === "accepted") expect(of.reason).toBe("Data after `Connection: close`");
          expect(completed(ended)).toBeLessThanOrEqual(of.messagesComplete);
        }
        return;
      }
      const stricter = STRICTER.find(({ starts }) => input.startsWith(starts));
      if (stricter !== undefined) {
        used.add(stricter.starts);
        expect(kind(said)).toBe(stricter.refused);
        if (stricter.mend === undefined) return;
        const mended = stricter.mend(input);
        expect(mended).not.toBe(input);
        if (stricter.leaves === undefined) expectSame(of, mended, read(of, mended));
        else expect(kind(read(of, mended))).toBe(stricter.leaves);
      } else if (kind(said) === HOST_MISSING) {
        expect(input).not.toMatch(/\r\nhost:/i);
        const again = read(of, hosted(input));
        const more = STRICTER_HOSTED.find(({ starts }) => input.startsWith(starts));
        if (more === undefined) expectSame(of, input, again);
        else expect(kind(again)).toBe(more.refused);
      } else expectSame(of, input, said);
    },
  );

  it("every reason on the list is needed", () => {
    expect([...used].sort()).toEqual(STRICTER.map(({ starts }) => starts).sort());
  });

  it("are many, of both roles, accepted and refused", () => {
    for (const type of ["request", "response"])
      for (const accept of [true, false])
        expect(
          cases.filter((of) => of.type === type && of.accept === accept).length,
        ).toBeGreaterThan(8);
    const contents = cases
      .filter(({ accept }) => accept)
      .map((of) => contentOf(read(of, hosted(atob(of.input)))));
    expect(contents.join("")).toContain("all your base are belong to us");
  });
});

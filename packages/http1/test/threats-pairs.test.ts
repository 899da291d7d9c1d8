// Row H1-16 of the regression catalogue: a client and a server against each other over two wires,
// every order of sends. The content of every request is itself the text of a request, which must
// never be read as one.

import {
  ClientConnection,
  ServerConnection,
  isViolation,
  type OutgoingRequest,
  type RequestHead,
} from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { taken, tell, types } from "./converse.ts";
import { bytes, kind, requestHead, requests, text } from "./drive.ts";

const DECOY = "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n";

interface Asked {
  readonly content: "none" | "length" | "stream";
  readonly expects: boolean;
  /** The client sends content although a final response is here. */
  readonly insists: boolean;
}

interface Answer {
  /** When the server answers: at the head, at the first content, or at the end. */
  readonly when: "head" | "content" | "end";
  readonly whole: boolean;
  readonly chunked: boolean;
  /** The server closes after this response. */
  readonly closes: boolean;
}

/** One connection with both ends, two wires, and what was seen. */
class Pair {
  readonly client = new ClientConnection({ now: 0 });
  readonly server = new ServerConnection({ now: 0 });
  readonly seen: string[] = [];
  readonly answered: string[] = [];
  readonly faults: string[] = [];
  #up = "";
  #down = "";
  readonly #asked: readonly Asked[];
  readonly #answers: readonly Answer[];
  next: number;
  /** Of the request that is being sent: the pieces of content to come; undefined if it is all sent. */
  #pieces: string[] | undefined;
  #waits = false;
  #gaveUp = false;
  #early = false;
  #head: RequestHead | undefined;
  #content = "";
  #began = false;
  #clientEnded = false;
  #serverEnded = false;

  constructor(asked: readonly Asked[], answers: readonly Answer[], next: number) {
    this.#asked = asked;
    this.#answers = answers;
    this.next = next;
  }

  /** True if something happened. */
  step(kindOf: number, size: number): boolean {
    switch (kindOf) {
      case 0:
        return this.#send();
      case 1:
        this.#up += output(this.server.state === "closed" ? undefined : this.client);
        return this.#carryUp(size);
      case 2:
        return this.#serve();
      case 3:
        this.#down += output(this.server);
        return this.#carryDown(size);
      default:
        return this.#listen();
    }
  }

  drain(): void {
    for (let idle = 0; idle < 2;) {
      let moved = false;
      for (let kindOf = 0; kindOf < 5; kindOf++) moved = this.step(kindOf, 1_000) || moved;
      idle = moved ? 0 : idle + 1;
    }
  }

  #send(): boolean {
    const { client } = this;
    if (client.state !== "open") return false;
    if (this.#pieces !== undefined) {
      if (this.#waits || this.#gaveUp) return false;
      const piece = this.#pieces.shift();
      if (piece === undefined) {
        client.sendEnd();
        this.#pieces = undefined;
      } else client.sendContent(bytes(piece));
      return true;
    }
    const asked = this.#asked[this.next];
    if (asked === undefined || !client.reusable) return false;
    if (this.#early) this.faults.push("reusable after an early response");
    this.#early = this.#gaveUp = false;
    const pieces = asked.content === "none" ? [] : [DECOY, DECOY.slice(0, 7), DECOY];
    client.sendRequest(requestOf(this.next, asked, pieces.join("").length));
    this.next++;
    if (asked.content !== "none") {
      this.#pieces = pieces;
      this.#waits = asked.expects;
    }
    return true;
  }

  #carryUp(size: number): boolean {
    const part = this.#up.slice(0, size);
    this.#up = this.#up.slice(size);
    if (part !== "") {
      if (this.server.state !== "closed") this.server.receive(bytes(part), 0);
      return true;
    }
    if (this.client.state !== "closed" || this.#serverEnded) return false;
    this.#serverEnded = true;
    this.server.end(0);
    return true;
  }

  #carryDown(size: number): boolean {
    const part = this.#down.slice(0, size);
    this.#down = this.#down.slice(size);
    if (part !== "") {
      this.client.receive(bytes(part), 0);
      return true;
    }
    const over = this.server.state === "lingering" || this.server.state === "closed";
    if (!over || this.server.queuedBytes > 0 || this.#clientEnded) return false;
    this.#clientEnded = true;
    this.client.end(0);
    return true;
  }

  #serve(): boolean {
    const { server } = this;
    if (this.#head !== undefined && this.#began) {
      this.#began = false;
      server.sendContent(bytes(this.#head.target));
      server.sendEnd();
      this.#head = undefined;
      return true;
    }
    const before = this.#head;
    const answer =
      before === undefined
        ? undefined
        : this.#answers[Number(before.target.slice(1)) % this.#answers.length];
    if (before !== undefined && answer?.when !== "head") server.sendContinue();
    const event = before !== undefined && answer?.when === "head" ? undefined : server.next(0);
    if (event === undefined) {
      if (before === undefined || answer?.when !== "head") return false;
      this.#answer(before, answer);
      return true;
    }
    if (isViolation(event)) {
      if (event.code !== "http1.body.truncated") this.faults.push(event.code);
      this.#head = undefined;
    } else if (event.type === "request-head") {
      this.seen.push(event.target);
      this.#head = event;
      this.#content = "";
      const mine = this.#answers[Number(event.target.slice(1)) % this.#answers.length];
      const bare = event.framing === "none" || event.contentLength === 0;
      if (bare && mine !== undefined && mine.when !== "head") this.#answer(event, mine);
    } else if (event.type === "content") {
      this.#content += text(event.bytes);
      if (!(DECOY + DECOY.slice(0, 7) + DECOY).startsWith(this.#content))
        this.faults.push("other content");
      if (before !== undefined && answer?.when === "content") this.#answer(before, answer);
    } else if (
      event.type === "end" &&
      before !== undefined &&
      answer !== undefined &&
      !this.#began
    ) {
      this.#answer(before, answer);
    }
    return true;
  }

  #answer(head: RequestHead, answer: Answer): void {
    const fields = new Fields(answer.closes ? [["connection", "close"]] : []);
    if (answer.whole) {
      this.server.sendResponse({ status: 200, fields, content: "none" }, head.target);
      this.#head = undefined;
      return;
    }
    this.server.sendHead({
      status: 200,
      fields,
      content: answer.chunked ? "stream" : head.target.length,
    });
    this.#began = true;
  }

  #listen(): boolean {
    const { client } = this;
    const event = client.next(0);
    if (event === undefined) {
      // A connection in doubt is given up by its owner once it is idle.
      const finished = client.idle || this.#gaveUp;
      if (client.state !== "open" || !finished || client.reusable) return false;
      client.abort();
      return true;
    }
    if (isViolation(event)) this.faults.push(`client: ${event.code}`);
    else if (event.type === "informational") this.#waits = false;
    else if (event.type === "response-head") {
      this.answered.push("");
      if (this.#pieces !== undefined) {
        this.#early = true;
        this.#waits = false;
        this.#gaveUp = this.#asked[this.next - 1]?.insists !== true;
      }
    } else if (event.type === "content")
      this.answered.push((this.answered.pop() ?? "") + text(event.bytes));
    return true;
  }
}

function output(from: ServerConnection | ClientConnection | undefined): string {
  return from === undefined ? "" : taken(from, 0);
}

function requestOf(number: number, asked: Asked, length: number): OutgoingRequest {
  const fields = new Fields([
    ["host", "a"],
    ...(asked.expects && asked.content !== "none" ? [["expect", "100-continue"] as const] : []),
  ]);
  return {
    method: "POST",
    target: `/${number}`,
    fields,
    content: asked.content === "length" ? length : asked.content,
  };
}

describe("threat: H1-16 content is never read as a request, an answer never as another's", () => {
  const asked: fc.Arbitrary<Asked> = fc.record({
    content: fc.constantFrom("none", "length", "stream"),
    expects: fc.boolean(),
    insists: fc.boolean(),
  });
  const answer: fc.Arbitrary<Answer> = fc.record({
    when: fc.constantFrom("head", "content", "end"),
    whole: fc.boolean(),
    chunked: fc.boolean(),
    closes: fc.boolean(),
  });
  const steps = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.integer({ min: 1, max: 60 })), {
    maxLength: 150,
  });

  it("client and server against each other, in every order of sends", () => {
    let reused = 0;
    let early = 0;
    fc.assert(
      fc.property(
        fc.array(asked, { minLength: 1, maxLength: 4 }),
        fc.array(answer, { minLength: 1, maxLength: 3 }),
        steps,
        (all, answers, order) => {
          let next = 0;
          for (let connections = 0; next < all.length; connections++) {
            expect(connections).toBeLessThan(all.length);
            const pair = new Pair(all, answers, next);
            if (connections === 0) for (const [kindOf, size] of order) pair.step(kindOf, size);
            pair.drain();
            expect(pair.faults).toEqual([]);
            const sent = Array.from({ length: pair.next - next }, (_, at) => `/${next + at}`);
            expect(pair.seen).toEqual(sent);
            expect(pair.answered).toEqual(sent);
            expect(pair.client.retained).toBe(0);
            expect(pair.server.retained).toBe(0);
            if (sent.length > 1) reused++;
            if (pair.client.state === "closed") early++;
            expect(pair.next).toBeGreaterThan(next);
            next = pair.next;
          }
        },
      ),
      { numRuns: 1_500 },
    );
    expect(reused).toBeGreaterThan(100);
    expect(early).toBeGreaterThan(100);
  });
});

describe("threat: H1-16 100-continue is one whole token", () => {
  const post = (expected: string): string =>
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect:${expected}\r\n\r\n`;

  it.each([
    "y 100-continue",
    "100-continue y",
    "100-continue, y",
    "y, 100-continue",
    "100-continue,",
    ",100-continue",
    "100-continue;q=1",
    '"100-continue"',
    "100-continu",
    "100-continued",
    "x100-continue",
    "100",
    "",
    "100-continue 100-continue",
    "200-ok",
    "100_continue",
  ])("%j is answered with 417, and never with 100", (expected) => {
    expect(kind(requests(post(` ${expected}`)))).toBe("expect.unknown 417");
    const server = new ServerConnection();
    expect(types(tell(server, `${post(` ${expected}`)}hello`))).toBe("http1.expect.unknown");
    server.sendContinue();
    expect(taken(server)).toMatch(/^HTTP\/1\.1 417 [^]*connection: close/);
    expect(tell(server, DECOY)).toEqual([]);
  });

  it("two lines of it are refused", () => {
    const twice = post(" 100-continue\r\nExpect: 100-continue");
    expect(kind(requests(twice))).toBe("expect.unknown 417");
  });

  it.each(["100-continue", " 100-CONTINUE ", "\t100-Continue\t"])("neighbour: %j", (expected) => {
    const said = requests(`${post(expected)}hello`);
    expect(requestHead(said).expectContinue).toBe(true);
    expect(kind(said)).toBe("accepted");
  });

  it("nobody waits where there is no content to wait with, or in HTTP/1.0", () => {
    const lines = "Host: a\r\nExpect: 100-continue\r\n";
    for (const input of [
      `GET / HTTP/1.1\r\n${lines}\r\n`,
      `POST / HTTP/1.1\r\n${lines}Content-Length: 0\r\n\r\n`,
      `POST / HTTP/1.0\r\n${lines}Content-Length: 1\r\n\r\nx`,
    ])
      expect(requestHead(requests(input)).expectContinue).toBe(false);
  });
});

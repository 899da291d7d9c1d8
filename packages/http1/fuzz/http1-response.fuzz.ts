// Invariant: any bytes are responses or one refusal, read the same however they are cut, within the
// bound of what may be kept; llhttp reads no accepted message otherwise; a head that was read is refused by the writer or reads the same again;
// and a client takes nothing for an answer that it did not ask for.

import { Fields } from "@wirewall/fields";
import {
  encodeResponseHead,
  limits,
  ResponseDecoder,
  type Http1Options,
  type ResponseHead,
} from "@wirewall/http1";
import { responsePeer } from "../test/laws/peers.js";
import { ask } from "./asking.js";
import {
  Choices,
  expectCleanPrototypes,
  expectOneReading,
  expectSame,
  readEveryWay,
} from "../../../tools/fuzz/oracle.js";

const values = limits.resolve();
const BOUND =
  2 * (values.maxStatusLineBytes + values.maxHeaderBytes) + 256 + 128 * values.maxHeaderCount;
const FRAMING = new Set(["content-length", "transfer-encoding"]);
const ASKED = ["GET", "GET", "HEAD", "CONNECT"];

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  const first = ASKED[choices.upTo(ASKED.length - 1)] ?? "GET";
  const upgrade = choices.upTo(1) === 0;
  const transcript = readEveryWay(
    (ledger) => asking(first, upgrade, { ledger }),
    data,
    choices,
    BOUND,
  );
  if (first === "GET" && !upgrade) expectOneReading(responsePeer, data, transcript);
  for (const event of transcript.events) if (isHead(event)) writeAgain(event);
  ask(data, choices);
  expectCleanPrototypes();
}

function asking(method: string, upgrade: boolean, options?: Http1Options): ResponseDecoder {
  const decoder = new ResponseDecoder(options);
  decoder.expect(method, upgrade);
  for (let more = 0; more < 16; more++) decoder.expect("GET");
  return decoder;
}

function writeAgain(head: ResponseHead): void {
  const { status, reason, fields, framing } = head;
  if (framing === "until-close") return;
  let bytes: Uint8Array;
  try {
    const kept = new Fields([...fields].filter(([name]) => !FRAMING.has(name)));
    const content = framing === "chunked" ? "stream" : (head.contentLength ?? "none");
    bytes = encodeResponseHead({ status, reason, fields: kept, content });
  } catch (error) {
    // A 101, and a second line of what has to be single, are read but not written.
    if (error instanceof TypeError || error instanceof RangeError) return;
    throw error;
  }
  // A length that no content follows, as after HEAD, may be over the limit of content.
  const decoder = asking(framing === "none" ? "HEAD" : "GET", false);
  decoder.receive(bytes);
  const again = decoder.next();
  if (again?.type !== "response-head") throw new Error("a head that was written is not read");
  expectSame("the head", plain(again), plain(head));
}

/** What has to be the same; a length of zero may be written or not. */
function plain(head: ResponseHead): unknown {
  const { status, reason, fields, framing, contentLength = 0 } = head;
  const kept = [...fields].filter(([name]) => !FRAMING.has(name));
  return { status, reason, kept, chunked: framing === "chunked", contentLength };
}

function isHead(event: object): event is ResponseHead {
  return "type" in event && event.type === "response-head";
}

// Invariant: any bytes are requests or one refusal, read the same however they are cut, within the
// bound of what may be kept; llhttp reads no accepted message otherwise; a head that was read is refused by the writer or reads the same again;
// and a server that answers in any legal way sends nothing that a client would refuse.

import { Fields } from "@wirewall/fields";
import { encodeRequestHead, limits, RequestDecoder, type RequestHead } from "@wirewall/http1";
import { requestPeer } from "../test/laws/peers.js";
import {
  Choices,
  expectCleanPrototypes,
  expectOneReading,
  expectSame,
  readEveryWay,
} from "../../../tools/fuzz/oracle.js";
import { serve } from "./serving.js";

const values = limits.resolve();
const BOUND =
  2 * (values.maxRequestLineBytes + values.maxHeaderBytes) + 256 + 128 * values.maxHeaderCount;
const FRAMING = new Set(["content-length", "transfer-encoding"]);

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  const transcript = readEveryWay((ledger) => new RequestDecoder({ ledger }), data, choices, BOUND);
  expectOneReading(requestPeer, data, transcript);
  for (const event of transcript.events) if (isHead(event)) writeAgain(event);
  serve(data, choices);
  expectCleanPrototypes();
}

function writeAgain(head: RequestHead): void {
  const { method, target, fields } = head;
  let bytes: Uint8Array;
  try {
    const kept = new Fields([...fields].filter(([name]) => !FRAMING.has(name)));
    bytes = encodeRequestHead({ method, target, fields: kept, content: contentOf(head) });
  } catch (error) {
    // HTTP/1.0 without Host, and a second line of what has to be single, are read but not written.
    if (error instanceof TypeError || error instanceof RangeError) return;
    throw error;
  }
  const decoder = new RequestDecoder();
  decoder.receive(bytes);
  const again = decoder.next();
  if (again?.type !== "request-head") throw new Error("a head that was written is not read");
  expectSame("the head", plain(again), plain(head));
}

function contentOf(head: RequestHead): "none" | "stream" | number {
  return head.framing === "chunked" ? "stream" : (head.contentLength ?? "none");
}

/** What has to be the same; a length of zero may be written or not. */
function plain(head: RequestHead): unknown {
  const { method, target, form, fields, framing, contentLength = 0 } = head;
  const kept = [...fields].filter(([name]) => !FRAMING.has(name));
  return { method, target, form, kept, chunked: framing === "chunked", contentLength };
}

function isHead(event: object): event is RequestHead {
  return "type" in event && event.type === "request-head";
}

// Invariant: any bytes are events or refusals to a server and to a client, read the same however
// they are cut, within the bound of what may be kept; whatever a server answers to them are frames
// that nobody refuses, and it comes to its end; and a client and a server that use each other in any
// legal way hand over every message whole, refuse nothing, and hold nothing afterwards.

import { limits } from "@wirewall/http2";
import { Choices, expectCleanPrototypes, readEveryWay } from "../../../tools/fuzz/oracle.js";
import { bytes, CLIENT_HELLO, SERVER_HELLO } from "../test/laws/bytes.js";
import { Asking } from "../test/laws/client.codec.js";
import { Answering } from "../test/laws/server.codec.js";
import { converse } from "./conversation.js";
import { serve } from "./serving.js";

const BOUND = limits.resolve().maxRetainedBytes;
const SMALL = { maxHeaderListBytes: 1_024, maxHeaderCount: 12, maxConcurrentStreamCount: 4 };

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  const isWhole = data[0] === 0x50;
  const sent = isWhole ? data : bytes(CLIENT_HELLO, data);
  const options = choices.upTo(1) === 0 ? {} : { limits: SMALL };
  readEveryWay((ledger) => new Answering({ ...options, ledger }), sent, choices, BOUND);
  const answered = isWhole ? data : bytes(SERVER_HELLO, data);
  readEveryWay((ledger) => new Asking({ ...options, ledger }), answered, choices, BOUND);
  serve(sent, choices);
  converse(data, choices);
  expectCleanPrototypes();
}

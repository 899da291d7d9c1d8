// Registers both decoders with the laws (tools/laws).

import { readFileSync } from "node:fs";
import { limits, type Http1Limits } from "@wirewall/http1";
import { describeLaws, type Subject, type Vector } from "#laws";
import {
  requestEdges,
  requestEdgesElsewhere,
  responseEdges,
  responseEdgesElsewhere,
} from "./laws/edges.js";
import { requestBytes, responseBytes } from "./laws/messages.js";
import { requestPeer, responsePeer } from "./laws/peers.js";
import { reading } from "./laws/reading.js";
import * as request from "./laws/request.codec.js";
import * as response from "./laws/response.codec.js";
import { requestRoundTrip, responseRoundTrip } from "./laws/round-trips.js";
import { ascii } from "./laws/shapes.js";

interface Case {
  readonly file: string;
  readonly title: string;
  readonly type: "request" | "response";
  readonly input: string;
  readonly accept: boolean;
  readonly reason: string | null;
}

describeLaws({
  ...shared(),
  name: "http1 RequestDecoder",
  codec: request,
  module: new URL("./laws/request.codec.ts", import.meta.url),
  vectors: vectors("request"),
  arbitrary: requestBytes,
  edges: requestEdges,
  edgesElsewhere: requestEdgesElsewhere,
  roundTrip: requestRoundTrip,
  peer: requestPeer,
  names: {
    input: (name) => ascii(`GET / HTTP/1.1\r\nhost: a\r\n${name}: value\r\n\r\n`),
    value: "value",
    read: valueOf,
  },
});

describeLaws({
  ...shared(),
  name: "http1 ResponseDecoder",
  codec: response,
  module: new URL("./laws/response.codec.ts", import.meta.url),
  vectors: vectors("response"),
  arbitrary: responseBytes,
  edges: responseEdges,
  edgesElsewhere: responseEdgesElsewhere,
  roundTrip: responseRoundTrip,
  peer: responsePeer,
  names: {
    input: (name) => ascii(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${name}: value\r\n\r\n`),
    value: "value",
    read: valueOf,
  },
});

function shared(): Pick<Subject, "owner" | "limits" | "bound" | "ceiling" | "maxEventsPerByte"> {
  return {
    owner: "http1",
    limits,
    bound: (values) => boundOf(values as Http1Limits),
    ceiling: (values) => (values as Http1Limits).maxRetainedBytes,
    maxEventsPerByte: 1,
  };
}

/** A head or trailer section that waits for its end, in a buffer that at most doubled, and its lines. */
function boundOf(values: Http1Limits): number {
  const { maxRequestLineBytes, maxStatusLineBytes, maxHeaderBytes, maxTrailerBytes } = values;
  const startLine = Math.max(maxRequestLineBytes, maxStatusLineBytes);
  const bytes = 2 * (startLine + Math.max(maxHeaderBytes, maxTrailerBytes)) + 256;
  return bytes + 128 * Math.max(values.maxHeaderCount, values.maxTrailerCount);
}

function vectors(type: Case["type"]): Vector[] {
  const cases = JSON.parse(
    readFileSync(new URL("./vectors/cases.json", import.meta.url), "utf8"),
  ) as Case[];
  return cases
    .filter((vector) => vector.type === type)
    .map(({ file, title, input, accept, reason }) => ({
      name: `${file}: ${title}`,
      bytes: Uint8Array.from(Buffer.from(input, "base64")),
      accept,
      // RFC 9112 §9.6: what follows a message that closes the connection is not read.
      ignorable: reason === "Data after `Connection: close`",
    }));
}

function valueOf(events: readonly object[], name: string): string | undefined {
  const fields = reading(events).messages[0]?.fields;
  return fields?.find(([key]) => key === name.toLowerCase())?.[1];
}

// Registers connections and the decoder of frames with the laws (tools/laws).

import { limits, type Http2Limits } from "@wirewall/http2";
import { describeLaws, type Subject } from "#laws";
import * as f from "./laws/bytes.js";
import * as client from "./laws/client.codec.js";
import {
  clientEdges,
  clientElsewhere,
  frameEdges,
  serverEdges,
  serverElsewhere,
} from "./laws/edges.js";
import { clientRows, serverRows } from "./laws/frame-rows.js";
import * as frames from "./laws/frames.codec.js";
import { requestRoundTrip, responseRoundTrip } from "./laws/round-trips.js";
import * as server from "./laws/server.codec.js";
import { requests, responses } from "./laws/vectors.js";

const NODE_IS_ASKED = {
  notApplicable: "the readers that there are answer later: peer.node.test.ts asks Node's",
};

describeLaws({
  ...both(),
  name: "http2 ServerConnection",
  codec: server,
  module: new URL("./laws/server.codec.ts", import.meta.url),
  vectors: requests,
  arbitrary: clientRows,
  edges: serverEdges,
  edgesElsewhere: serverElsewhere,
  roundTrip: requestRoundTrip,
  names: {
    input: (name) => f.bytes(f.CLIENT_HELLO, f.headers(1, [...f.GET, lower(name)])),
    value: "value",
    read: valueOf,
  },
});

describeLaws({
  ...both(),
  name: "http2 ClientConnection",
  codec: client,
  module: new URL("./laws/client.codec.ts", import.meta.url),
  vectors: responses,
  arbitrary: serverRows,
  edges: clientEdges,
  edgesElsewhere: clientElsewhere,
  roundTrip: responseRoundTrip,
  names: {
    input: (name) => f.bytes(f.SERVER_HELLO, f.headers(1, [...f.OK, lower(name)])),
    value: "value",
    read: valueOf,
  },
});

describeLaws({
  ...both(),
  name: "http2 FrameDecoder",
  bound: (values) => 2 * ((values as Http2Limits).maxFrameBytes + 9),
  codec: frames,
  module: new URL("./laws/frames.codec.ts", import.meta.url),
  vectors: requests.map(({ name, bytes }) => ({ name, bytes })),
  arbitrary: clientRows,
  edges: frameEdges,
  edgesElsewhere: Object.fromEntries(
    limits.table
      .filter(({ name }) => name !== "maxFrameBytes")
      .map(({ name }) => [name, "connections only"]),
  ),
  roundTrip: { notApplicable: "frames are written by connections" },
  names: { notApplicable: "a frame has no names" },
});

function both(): Pick<
  Subject,
  "owner" | "limits" | "bound" | "ceiling" | "maxEventsPerByte" | "idleBytes" | "peer"
> {
  return {
    owner: ["http2", "hpack"],
    limits,
    bound: (values) => (values as Http2Limits).maxRetainedBytes,
    ceiling: (values) => (values as Http2Limits).maxRetainedBytes,
    maxEventsPerByte: 1,
    // Two tables of HPACK, streams, windows and budgets.
    idleBytes: 8_192,
    peer: NODE_IS_ASKED,
  };
}

/** RFC 9113 §8.2.1: names have no upper case letters. */
function lower(name: string): readonly [string, string] {
  return [name.toLowerCase(), "value"];
}

function valueOf(events: readonly object[], name: string): string | undefined {
  for (const event of events)
    if ("fields" in event)
      for (const [key, value] of event.fields as Iterable<readonly [string, string]>)
        if (key === name.toLowerCase()) return value;
  return undefined;
}

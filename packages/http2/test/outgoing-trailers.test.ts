// Trailers wait behind content for the windows of the peer: what leaves is what was judged.

import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import { ClientConnection } from "@wirewall/http2";
import { describe, expect, it } from "vitest";
import { GET, Peer, REQUEST, client, headers, listen, taken, type Heard } from "./peer.ts";
import { SETTINGS, WINDOW_UPDATE, frame, setting, word } from "./raw-frames.ts";
import { pairs } from "./sections.ts";

describe("trailers that wait", () => {
  it("are those that were given to sendEnd, whatever becomes of the list", () => {
    const server = client().connection;
    const peer = new Peer(server);
    peer.send(frame(SETTINGS, 0, 0, setting(4, 0)), headers(1, REQUEST, true));
    server.sendHead(1, { status: 200, content: "stream" });
    server.sendContent(1, new Uint8Array(10));
    const fields = new Fields([["x", "y"]]);
    server.sendEnd(1, fields);
    const first = taken(server);
    fields.append("Bad Name" as FieldName, "a\r\nb" as FieldValue);
    peer.send(frame(WINDOW_UPDATE, 0, 1, word(10)));
    const heard = read(first, taken(server));
    expect(heard.map(({ type }) => type)).toEqual(["response-head", "content", "trailers", "end"]);
    const trailers = heard.find((event) => event.type === "trailers");
    expect(trailers && pairs(trailers.fields)).toEqual([["x", "y"]]);
  });
});

/** What a client of ours reads in it. */
function read(...output: readonly Uint8Array[]): Heard[] {
  const reader = new ClientConnection();
  reader.sendRequest(GET);
  reader.receive(frame(SETTINGS, 0, 0));
  listen(reader);
  return output.flatMap((piece) => {
    reader.receive(piece);
    return listen(reader).filter(({ type }) => type !== "settings");
  });
}

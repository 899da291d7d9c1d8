// Talks to connections: text in, events out, output as text; and two connections with each other.

import {
  isViolation,
  type ClientConnection,
  type ClientEvent,
  type ServerConnection,
  type ServerEvent,
} from "@wirewall/http1";
import { bytes, plain, text, type Said } from "./drive.ts";

export type Connection = ServerConnection | ClientConnection;
export type Talk = Said<ServerEvent | ClientEvent>;

/** All that the connection says until it needs more. */
export function listen(connection: Connection, now?: number): Talk[] {
  const said: Talk[] = [];
  for (let event = connection.next(now); event !== undefined; event = connection.next(now))
    said.push(plain(event) as Talk);
  return said;
}

/** Gives the connection bytes and listens. */
export function tell(connection: Connection, input: string, now?: number): Talk[] {
  connection.receive(bytes(input), now);
  return listen(connection, now);
}

/** All output, which has then left; taken as text first, as drivers do. */
export function taken(connection: Connection, now?: number): string {
  let output = connection.takeText(now) ?? "";
  for (
    let piece = connection.takeOutput(now);
    piece !== undefined;
    piece = connection.takeOutput(now)
  )
    output += text(piece);
  connection.outputSent(now);
  return output;
}

/** The types of what was said. */
export function types(said: readonly Talk[]): string {
  return said.map((event) => (isViolation(event) ? event.code : event.type)).join(" ");
}

/** The head of a response as lines, without its content. */
export function linesOf(output: string): string[] {
  return output.slice(0, output.indexOf("\r\n\r\n")).split("\r\n");
}

/** What follows the first head. */
export function afterHead(output: string): string {
  return output.slice(output.indexOf("\r\n\r\n") + 4);
}

// What our events say, as messages that can be compared with another reader's.

import type { Fields } from "@wirewall/fields";
import type { RequestEvent, ResponseEvent } from "@wirewall/http1";
import type { Reading } from "#laws";
import { isKnownToLlhttp, type Message } from "./llhttp.js";

type Event = RequestEvent | ResponseEvent;

export interface HttpReading extends Reading {
  readonly messages: readonly Message[];
}

/** The messages that are complete, and whether llhttp can be asked about them. */
export function reading(events: readonly object[]): HttpReading {
  const messages: Message[] = [];
  let open: { -readonly [K in keyof Message]: Message[K] } | undefined;
  let incomparable: string | undefined;
  let last = false;
  for (const event of events as readonly Event[]) {
    if (event.type === "request-head") {
      const { method, target, version } = event;
      last = !event.keepAlive;
      if (!isKnownToLlhttp(method)) incomparable = "a method that llhttp does not know";
      open = opened(`${method} ${target} ${version}`, event.fields);
    } else if (event.type === "response-head")
      open = opened(`${event.version} ${event.status} ${event.reason}`, event.fields);
    else if (event.type === "informational")
      messages.push(opened(`1.x ${event.status} ${event.reason}`, event.fields));
    else if (open === undefined) continue;
    else if (event.type === "content") open.content += latin1(event.bytes);
    else if (event.type === "trailers") open.trailers = [...event.fields];
    else if (event.type === "end") {
      messages.push(open);
      open = undefined;
    }
  }
  return { messages, last, ...(incomparable === undefined ? undefined : { incomparable }) };
}

function opened(start: string, fields: Fields): Message {
  return { start, fields: [...fields], content: "", trailers: [] };
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

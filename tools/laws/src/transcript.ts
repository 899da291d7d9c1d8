// Drives a decoder and writes down what it said. Two transcripts are equal if and only if a reader
// of the events could not tell the two runs apart: pieces of content that follow one another are
// one. Runs in an empty realm as well, so it uses nothing but the language.

import type { Decoder, Violation } from "@wirewall/limits";

export interface Transcript {
  /** What was said, one text per event, content joined. */
  readonly lines: readonly string[];
  /** How many of them were said before the input ended. */
  readonly linesBeforeEnd: number;
  /** The events themselves, content pieces as they came. */
  readonly events: readonly object[];
  /** What ended the input; without that, the first refusal of a part of it. */
  readonly violation: Violation | undefined;
  /** A fault of the decoder itself: it threw, went on after its end, or did not stop. */
  readonly fault: string | undefined;
}

export interface Drive {
  /** The input ends after the last chunk; true if not told. */
  readonly end?: boolean;
  /** Called with the decoder after each thing it was told or asked. */
  readonly watch?: (decoder: Decoder<object>) => void;
  /** Overwrites each chunk once it may be: whoever kept a view of it then reads something else. */
  readonly scribble?: boolean;
  /** Whether the events are kept; true if not told. */
  readonly keep?: boolean;
}

/** More events than this per byte and per call are no decoding any more. */
const MOST_EVENTS_PER_BYTE = 16;
const SCRIBBLE = 0xa7;

export function drive(
  decoder: Decoder<object>,
  chunks: readonly Uint8Array[],
  options: Drive = {},
): Transcript {
  const said = new Said(options.keep ?? true);
  const { watch } = options;
  let budget = 64;
  const pull = (): void => {
    for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
      watch?.(decoder);
      said.take(event);
      if (--budget < 0) throw new Error("more events than the input can hold: it does not stop");
    }
    watch?.(decoder);
  };
  let linesBeforeEnd = 0;
  try {
    for (const chunk of chunks) {
      if (said.tunnels) {
        // The rest belongs to another protocol, and the driver passes it on by itself.
        said.take({ type: "tunnel", bytes: chunk });
        continue;
      }
      // Not slice: that of a Buffer is a view.
      const given = options.scribble === true ? new Uint8Array(chunk) : chunk;
      budget += MOST_EVENTS_PER_BYTE * given.length;
      decoder.receive(given);
      watch?.(decoder);
      pull();
      if (options.scribble === true) given.fill(SCRIBBLE);
    }
    linesBeforeEnd = said.lines.length;
    if (options.end ?? true) {
      decoder.end();
      pull();
    }
  } catch (error) {
    said.fault(`threw ${nameOf(error)}`);
  }
  return { ...said.result(), linesBeforeEnd };
}

/** A run as one text, for comparing. */
export function textOfTranscript(transcript: Transcript): string {
  const { lines, linesBeforeEnd, fault } = transcript;
  return [
    ...lines.slice(0, linesBeforeEnd),
    "-- end of input --",
    ...lines.slice(linesBeforeEnd),
    ...(fault === undefined ? [] : [`FAULT ${fault}`]),
  ].join("\n");
}

/** The bytes of a content or tunnel event, or undefined for any other event. */
function contentOf(event: Typed): Uint8Array | undefined {
  if (event.type !== "content" && event.type !== "tunnel") return undefined;
  return event.bytes instanceof Uint8Array ? event.bytes : undefined;
}

/** Whether an event is a violation. */
export function isViolation(event: object): event is Violation {
  return "type" in event && event.type === "violation";
}

/** Whether it ends the input, and not a stream or a message of it. */
export function isLast(event: object): boolean {
  return isViolation(event) && event.scope === "connection";
}

/** A value as a text that is equal for equal values. */
export function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes(${escaped(value)})`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Symbol.iterator in value)
    return `[${Array.from(value as Iterable<unknown>, canonical).join(", ")}]`;
  const keys = Object.keys(value).sort();
  const pairs = keys.map((key) => `${key}: ${canonical((value as Record<string, unknown>)[key])}`);
  return `{ ${pairs.join(", ")} }`;
}

/** What events have at least: a type, and those that hand over bytes, the bytes. */
interface Typed {
  readonly type?: string;
  readonly bytes?: unknown;
  /** Of which stream, where there are several. */
  readonly stream?: unknown;
}

class Said {
  readonly lines: string[] = [];
  readonly #keep: boolean;
  readonly #events: object[] = [];
  #violation: Violation | undefined;
  #isOver = false;
  #fault: string | undefined;
  /** What the last line may be continued by. */
  #joins: string | undefined;

  constructor(keep: boolean) {
    this.#keep = keep;
  }

  /** Whether another protocol was begun. */
  get tunnels(): boolean {
    return this.#joins === "tunnel";
  }

  take(event: Typed): void {
    if (this.#isOver) throw new Error("an event after its violation");
    this.#isOver = isLast(event);
    if (isViolation(event) && (this.#isOver || this.#violation === undefined))
      this.#violation = event;
    const content = contentOf(event);
    if (content === undefined) {
      this.#joins = undefined;
      this.lines.push(canonical(event));
    } else if (this.#joins === startOf(event)) {
      const last = this.lines.length - 1;
      this.lines[last] = (this.lines[last] ?? "") + escaped(content);
    } else if (content.length > 0 || event.type === "tunnel") {
      this.#joins = startOf(event);
      this.lines.push(`${this.#joins} ${escaped(content)}`);
    }
    if (this.#keep) this.#events.push(content === undefined ? event : copyOf(event, content));
  }

  fault(what: string): void {
    this.#fault ??= what;
  }

  result(): Omit<Transcript, "linesBeforeEnd"> {
    return {
      lines: this.lines,
      events: this.#events,
      violation: this.#violation,
      fault: this.#fault,
    };
  }
}

/** What pieces of the same content have in common. */
function startOf({ type, stream }: Typed): string {
  return stream === undefined ? String(type) : `${type} of ${canonical(stream)}`;
}

/** Content may be a view of the chunk: what is kept is a copy. */
function copyOf(event: object, content: Uint8Array): object {
  return { ...event, bytes: content.slice() };
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes)
    text +=
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`;
  return text;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

// wirewall inspect: any file of bytes to events, and to the refusal that a peer would meet.
// The input is read as a stream and nothing of it is kept but a window behind the current place.

import { createReadStream } from "node:fs";
import {
  limits as http1Limits,
  RequestDecoder,
  ResponseDecoder,
  violations,
  type Http1Limits,
  type Http1Options,
  type Http1Violation,
  type RequestEvent,
  type ResponseEvent,
} from "@wirewall/http1";
import type { Preset } from "@wirewall/limits";
import { eventJson } from "../inspection/event-json.js";
import { count, eventText } from "../inspection/event-text.js";
import { replyLines } from "../inspection/reply.js";
import { RecentBytes } from "../inspection/recent-bytes.js";
import { violationText } from "../inspection/violation-text.js";
import { readLimitsFile } from "../options/limits-file.js";
import type { Output, Terminal } from "../terminal/terminal.js";
import { catalogue } from "./catalogue.js";
import { inspectHpack } from "./inspect-hpack.js";
import { inspectHttp2 } from "./inspect-http2.js";
import { EXIT, systemReason, UsageProblem } from "./usage.js";

export const PROTOCOLS = ["http1-request", "http1-response", "http2", "hpack"] as const;
export const SIDES = ["client", "server"] as const;

export interface InspectOptions {
  readonly protocol?: (typeof PROTOCOLS)[number];
  readonly json?: boolean;
  readonly from?: (typeof SIDES)[number];
  readonly preset?: Preset;
  readonly limits?: string;
  readonly requestMethod?: readonly string[];
  readonly requestUpgrade?: boolean;
}

type InspectEvent = RequestEvent | ResponseEvent;

/** What the two decoders have in common, and what the response decoder wants to know. */
interface Inspected {
  receive(chunk: Uint8Array): void;
  next(): InspectEvent | Http1Violation | undefined;
  end(): void;
}

/** Text gathered before it is written. */
const WRITE_CHARACTERS = 16_384;

export async function runInspect(
  file: string,
  options: InspectOptions,
  terminal: Terminal,
  out: Output,
): Promise<number> {
  if (options.protocol === undefined)
    throw new UsageProblem(
      `--protocol is missing: expected ${PROTOCOLS.join(", ").replace(/, (\S+)$/, " or $1")}`,
    );
  if (options.protocol === "http2")
    return inspectHttp2(input(file, terminal), options, await overridden(options, "http2"), out);
  if (options.protocol === "hpack")
    return inspectHpack(input(file, terminal), options, await overridden(options, "hpack"), out);
  const settings: Http1Options = await overridden(options, "http1");
  const limits = http1Limits.resolve(settings.limits, settings.preset);
  const recent = new RecentBytes(windowBytes(limits));
  const report = new Report(decoderFor(options, settings), recent, options.json === true, out);
  for await (const chunk of input(file, terminal)) {
    recent.push(chunk);
    if (!(await report.receive(chunk))) break;
    if (out.closed) return EXIT.outputGone;
  }
  return report.end();
}

/** Pulls the events of one decoder and writes them. */
class Report {
  readonly #decoder: Inspected;
  readonly #recent: RecentBytes;
  readonly #json: boolean;
  readonly #out: Output;
  #text = "";
  #messages = 0;
  #refused = false;
  /** Of the request whose content is being read. */
  #method = "";
  /** The last message said that no other follows. */
  #last = false;

  constructor(decoder: Inspected, recent: RecentBytes, json: boolean, out: Output) {
    this.#decoder = decoder;
    this.#recent = recent;
    this.#json = json;
    this.#out = out;
  }

  /** False when nothing more needs to be read. */
  async receive(chunk: Uint8Array): Promise<boolean> {
    this.#decoder.receive(chunk);
    await this.#pull();
    return !this.#refused;
  }

  async end(): Promise<number> {
    if (!this.#refused) {
      this.#decoder.end();
      await this.#pull();
    }
    if (!this.#refused && !this.#json) this.#text += this.#closing();
    await this.#flush();
    if (this.#refused) return EXIT.refused;
    return EXIT.ok;
  }

  async #pull(): Promise<void> {
    for (;;) {
      const event = this.#decoder.next();
      if (event === undefined) break;
      if (event.type === "violation") {
        this.#refused = true;
        this.#text += this.#json
          ? `${eventJson(event)}\n`
          : lines(
              violationText(
                event,
                summary(event),
                replyLines(event, this.#method === "HEAD"),
                this.#recent,
                this.#out.style,
              ),
            );
        break;
      }
      this.#note(event);
      this.#text += this.#json ? `${eventJson(event)}\n` : lines(eventText(event, this.#out.style));
      if (this.#text.length >= WRITE_CHARACTERS) await this.#flush();
      if (this.#out.closed) break;
    }
    await this.#flush();
  }

  #note(event: InspectEvent): void {
    if (event.type === "request-head") {
      this.#method = event.method;
      this.#last = !event.keepAlive;
    } else if (event.type === "tunnel") {
      this.#last = true;
    } else if (event.type === "end") {
      this.#method = "";
      this.#messages++;
    }
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text !== "") await this.#out.write(text);
  }

  #closing(): string {
    const { style } = this.#out;
    const read = `${count(this.#messages, "message")} in ${count(this.#recent.end, "byte")}`;
    const note = this.#last ? "; nothing after the last one is read" : "";
    return `${style.green("all read".padEnd(15))} ${read}, nothing refused${note}\n`;
  }
}

/** The preset, and what the file of limits says about one package. */
async function overridden(
  options: InspectOptions,
  owner: "http1" | "http2" | "hpack",
): Promise<{ readonly preset: Preset; readonly limits?: Readonly<Record<string, number>> }> {
  const preset = options.preset ?? "default";
  if (options.limits === undefined) return { preset };
  const limits = (await readLimitsFile(options.limits, catalogue, preset)).get(owner);
  return limits === undefined ? { preset } : { preset, limits };
}

function decoderFor(options: InspectOptions, settings: Http1Options): Inspected {
  if (options.protocol === "http1-request") return new RequestDecoder(settings);
  return new ExpectingDecoder(
    new ResponseDecoder(settings),
    options.requestMethod ?? ["GET"],
    options.requestUpgrade === true,
  );
}

/** Announces a request for every response; the last method goes on for all that follow. */
class ExpectingDecoder implements Inspected {
  readonly #decoder: ResponseDecoder;
  readonly #methods: readonly string[];
  readonly #upgrade: boolean;
  #announced = 0;

  constructor(responses: ResponseDecoder, methods: readonly string[], upgrade: boolean) {
    this.#decoder = responses;
    this.#methods = methods;
    this.#upgrade = upgrade;
    this.#announce();
  }

  receive(chunk: Uint8Array): void {
    this.#decoder.receive(chunk);
  }

  next(): ResponseEvent | Http1Violation | undefined {
    const event = this.#decoder.next();
    if (event?.type === "end") this.#announce();
    return event;
  }

  end(): void {
    this.#decoder.end();
  }

  #announce(): void {
    const index = Math.min(this.#announced++, this.#methods.length - 1);
    this.#decoder.expect(this.#methods[index] ?? "GET", this.#upgrade);
  }
}

async function* input(file: string, terminal: Terminal): AsyncIterable<Uint8Array> {
  try {
    yield* file === "-" ? terminal.stdin : createReadStream(file);
  } catch (error) {
    throw new UsageProblem(
      `${file === "-" ? "stdin" : file}: cannot be read: ${systemReason(error)}`,
    );
  }
}

/** As far back as an offset can point: a whole head or trailer section, and the chunk being read. */
function windowBytes(limits: Http1Limits): number {
  const line = Math.max(limits.maxRequestLineBytes, limits.maxStatusLineBytes);
  const section = Math.max(limits.maxHeaderBytes, limits.maxTrailerBytes);
  return line + section + limits.maxChunkLineBytes + 131_072;
}

function summary(violation: Http1Violation): string {
  return violations.table.get(violation.code)?.summary ?? "";
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

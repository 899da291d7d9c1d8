// wirewall inspect --protocol http2: one direction of a connection, frame by frame, with what the
// machine makes of each and with whatever it refuses.

import { limits as hpackLimits, violations as hpackViolations } from "@wirewall/hpack";
import {
  isViolation,
  limits as http2Limits,
  violations,
  type Http2Options,
  type Http2Violation,
} from "@wirewall/http2";
import { count } from "../inspection/event-text.js";
import { http2EventJson, http2EventText, http2ReplyLines } from "../inspection/http2-event.js";
import { detailsOf, detailText, flagsOf, nameOf } from "../inspection/http2-frame-words.js";
import { Http2Frames, type Frame, type Preface } from "../inspection/http2-frames.js";
import { RequestSide, ResponseSide, type Http2Event } from "../inspection/http2-machine.js";
import { RecentBytes } from "../inspection/recent-bytes.js";
import { violationText } from "../inspection/violation-text.js";
import { grouped } from "../terminal/number.js";
import { printableJson } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT } from "./usage.js";

export interface Http2InspectOptions {
  readonly json?: boolean;
  readonly from?: "client" | "server";
  readonly requestMethod?: readonly string[];
}

const WRITE_CHARACTERS = 16_384;

export async function inspectHttp2(
  chunks: AsyncIterable<Uint8Array>,
  options: Http2InspectOptions,
  settings: Http2Options,
  out: Output,
): Promise<number> {
  const { maxFrameBytes } = http2Limits.resolve(settings.limits, settings.preset);
  const recent = new RecentBytes(hpackLimits.resolve().maxBlockBytes + maxFrameBytes + 131_072);
  const report = new Report(new Http2Frames(maxFrameBytes), recent, options, settings, out);
  for await (const chunk of chunks) {
    recent.push(chunk);
    if (!(await report.receive(chunk))) break;
    if (out.closed) return EXIT.outputGone;
  }
  return report.end();
}

class Report {
  readonly #frames: Http2Frames;
  readonly #recent: RecentBytes;
  readonly #options: Http2InspectOptions;
  readonly #settings: Http2Options;
  readonly #out: Output;
  #machine: RequestSide | ResponseSide | undefined;
  #text = "";
  #frameCount = 0;
  #refusedCount = 0;
  /** The connection was refused: nothing after that is read. */
  #over = false;

  constructor(
    frames: Http2Frames,
    recent: RecentBytes,
    options: Http2InspectOptions,
    settings: Http2Options,
    out: Output,
  ) {
    this.#frames = frames;
    this.#recent = recent;
    this.#options = options;
    this.#settings = settings;
    this.#out = out;
  }

  /** False when nothing more needs to be read. */
  async receive(chunk: Uint8Array): Promise<boolean> {
    for (const frame of this.#frames.push(chunk)) {
      const machine = this.#machineFor("preface" in frame);
      this.#line("preface" in frame ? this.#preface(frame) : this.#frame(frame));
      this.#events(machine.feed(frame.bytes));
      if (this.#text.length >= WRITE_CHARACTERS) await this.#flush();
      if (this.#over || this.#out.closed) break;
    }
    await this.#flush();
    return !this.#over;
  }

  async end(): Promise<number> {
    if (!this.#over && this.#recent.end > 0) {
      const { rest } = this.#frames;
      const machine = this.#machineFor(false);
      if (rest.length > 0) this.#events(machine.feed(rest));
      if (!this.#over) this.#events(machine.end());
    }
    if (!this.#over && this.#options.json !== true) this.#line(this.#closing());
    await this.#flush();
    return this.#refusedCount > 0 ? EXIT.refused : EXIT.ok;
  }

  /** Bytes behind a preface are a client's; others are a server's, unless that is told. */
  #machineFor(isPreface: boolean): RequestSide | ResponseSide {
    if (this.#machine !== undefined) return this.#machine;
    const { from, requestMethod } = this.#options;
    if (isPreface || from === "client") {
      const side = new RequestSide(this.#settings);
      if (!isPreface) side.withoutPreface();
      return (this.#machine = side);
    }
    return (this.#machine = new ResponseSide(this.#settings, requestMethod ?? ["GET"]));
  }

  #preface({ bytes }: Preface): string {
    if (this.#options.json === true)
      return printableJson({ type: "preface", offset: 0, bytes: bytes.length });
    return `${this.#out.style.cyan("preface".padEnd(15))} ${count(bytes.length, "byte")}`;
  }

  #frame(frame: Frame): string {
    this.#frameCount++;
    const { offset, type, stream, length } = frame;
    const name = nameOf(frame);
    const flags = flagsOf(frame);
    const details = detailsOf(frame);
    if (this.#options.json === true)
      return printableJson({
        type: "frame",
        offset,
        frame: name,
        code: type,
        flags,
        stream,
        bytes: length,
        details,
      });
    const facts = [
      `at ${grouped(offset)}`,
      stream === 0 ? "connection" : `stream ${stream}`,
      count(length, "byte"),
      ...flags,
      ...(details.length === 0 ? [] : [detailText(details)]),
    ];
    return `${this.#out.style.cyan(name.padEnd(15))} ${facts.join(", ")}`;
  }

  #events(events: readonly Http2Event[]): void {
    for (const event of events) {
      if (isViolation(event)) this.#refusal(event);
      else if (this.#options.json === true) {
        const line = http2EventJson(event);
        if (line !== undefined) this.#line(line);
      } else for (const line of http2EventText(event, this.#out.style)) this.#line(line);
    }
  }

  #refusal(violation: Http2Violation): void {
    this.#refusedCount++;
    this.#over ||= violation.scope === "connection";
    if (this.#options.json === true) {
      this.#line(printableJson(violation));
      return;
    }
    const lines = violationText(
      violation,
      summary(violation.code),
      http2ReplyLines(violation),
      this.#recent,
      this.#out.style,
    );
    for (const line of lines) this.#line(line);
  }

  #closing(): string {
    const { style } = this.#out;
    const read = `${count(this.#frameCount, "frame")} in ${count(this.#recent.end, "byte")}`;
    const refused = this.#refusedCount;
    return refused === 0
      ? `${style.green("all read".padEnd(15))} ${read}, nothing refused`
      : `${style.red("all read".padEnd(15))} ${read}, ${count(refused, "refusal")}`;
  }

  #line(text: string): void {
    this.#text += `${text}\n`;
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text !== "") await this.#out.write(text);
  }
}

function summary(code: Http2Violation["code"]): string {
  for (const { table } of [violations, hpackViolations]) {
    const row = (table as ReadonlyMap<string, { readonly summary: string }>).get(code);
    if (row !== undefined) return row.summary;
  }
  return "";
}

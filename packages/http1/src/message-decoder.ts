// The machine that requests and responses share (RFC 9112 §2.1): head → content → trailers → end,
// and again. What differs between the two is how a head is read and judged.

import { Input } from "@wirewall/bytes";
import { isForbiddenTrailer } from "@wirewall/fields";
import { Ledger, type Decoder, type LimitHit } from "@wirewall/limits";
import { CHUNK_DATA, CHUNK_REFUSED, ChunkFraming, LAST_CHUNK } from "./chunked.js";
import type { Content, End, Framing, Trailers, Tunnel } from "./events.js";
import { DONE, FieldLines, MORE, REFUSED } from "./field-lines.js";
import { limits as limitsTable, type Http1Limits } from "./limits.js";
import { boundsOf, type Http1Options } from "./options.js";
import { Patience } from "./patience.js";
import { isViolation, type Http1Code, type Http1Reply, type Http1Violation } from "./violations.js";

/** What reading a head may end in. */
export type HeadResult<Head> = Head | Http1Violation | undefined;

const HEAD = 0;
const LENGTH = 1;
const CHUNKED = 2;
const UNTIL_CLOSE = 3;
const TRAILERS = 4;
const MESSAGE_END = 5;
const TUNNEL = 6;
const DEAD = 7;

const END: End = /* @__PURE__ */ Object.freeze({ type: "end" });

/** Small pieces are gathered here and copied out once; nothing stays in it between calls. */
let gathering = new Uint8Array(0);

export abstract class MessageDecoder<Head extends object> implements Decoder<
  Head | Content | Trailers | End | Tunnel
> {
  readonly limits: Http1Limits;
  readonly #ledger: Ledger;
  #chargedBytes = 0;
  #chargedObjects = 0;
  #phase: number = HEAD;
  #begun = false;
  #ended = false;
  #remaining = 0;
  #total = 0;
  #chunks: ChunkFraming | undefined;
  #trailers: FieldLines | undefined;
  #pending: Http1Violation | undefined;

  protected readonly input: Input = new Input();
  protected readonly lines: FieldLines;
  protected readonly patience: Patience;

  constructor(options: Http1Options, hasRateFloor: boolean) {
    const preset = options.preset ?? "default";
    this.limits = limitsTable.resolve(options.limits, preset);
    const { maxRetainedBytes } = this.limits;
    this.#ledger = new Ledger(
      options.ledger === undefined
        ? { maxRetainedBytes }
        : { maxRetainedBytes, parent: options.ledger },
    );
    this.lines = new FieldLines(boundsOf(this.limits).head);
    this.patience = new Patience(this.limits, options.now, hasRateFloor);
    this.patience.begin("head", true);
  }

  /** Takes bytes. They must stay as they are until `next` has returned undefined. */
  receive(chunk: Uint8Array, now?: number): void {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("chunk: expected a Uint8Array");
    this.patience.tell(now);
    if (this.#phase >= TUNNEL || this.#ended || chunk.length === 0) return;
    this.patience.arrived();
    this.input.append(chunk);
    if (this.input.kept !== this.#chargedBytes) this.#charge();
  }

  /** The next event. `now` may be told where the caller paused between events. */
  next(now?: number): Head | Content | Trailers | End | Tunnel | Http1Violation | undefined {
    this.patience.tell(now);
    if (this.#pending !== undefined) return this.#die(this.#pending);
    const event = this.#read();
    if (event === undefined && this.#phase < TUNNEL) return this.#pause();
    if (this.input.kept !== this.#chargedBytes) this.#charge();
    return event;
  }

  end(now?: number): void {
    this.patience.tell(now);
    this.#ended = true;
  }

  get deadline(): number | undefined {
    return this.#phase >= TUNNEL || this.#ended ? undefined : this.patience.deadline;
  }

  expire(now: number): void {
    this.patience.tell(now);
    const deadline = this.deadline;
    if (deadline === undefined || now < deadline || this.#pending !== undefined) return;
    this.#pending = this.refusal(this.patience.code, this.input.base + this.input.end);
  }

  get retained(): number {
    return this.#ledger.retained;
  }

  /** Bytes received and not read yet. */
  get unread(): number {
    return this.input.unread;
  }

  /** Whether a message has begun and not ended. */
  get inMessage(): boolean {
    return this.#phase !== HEAD || this.#begun;
  }

  /** Ends the decoding: input is dropped, and nothing more is said. */
  stop(): void {
    this.#phase = DEAD;
    this.#letGo();
  }

  /** Nothing will be read for a while: what is unread is copied, and charged. */
  hold(): void {
    if (this.#phase >= TUNNEL) return;
    this.input.keep();
    if (this.input.kept !== this.#chargedBytes) this.#charge();
  }

  /** Hands over what was received and not read, and stops: the bytes belong to another protocol. */
  surrender(): Tunnel {
    const { bytes, at, end } = this.input;
    const rest = bytes.slice(at, end);
    this.#phase = TUNNEL;
    this.#letGo();
    return { type: "tunnel", bytes: rest };
  }

  /** Reads as much of the start line and of the field lines as there is. */
  protected abstract readHead(bytes: Uint8Array, origin: number, end: number): HeadResult<Head>;
  protected abstract startHead(): void;
  /** Nothing but empty lines were read of this head. */
  protected abstract readonly headIsBlank: boolean;
  /** Called before the first byte of a message is read; a violation refuses it. */
  protected abstract admit(offset: number): Http1Violation | undefined;
  /** No message follows the one that just ended: the rest of the input is ignored. */
  protected abstract readonly isLast: boolean;
  /** What is waited for before the first byte of the next message. */
  protected abstract restWait(): "idle" | "response" | "nothing";
  /** A violation; a client closes where a server answers. */
  abstract refusal(
    code: Http1Code,
    offset: number,
    limit?: LimitHit,
    reply?: Http1Reply,
  ): Http1Violation;

  /** Called by `readHead`: how the content of this message ends. */
  protected frame(framing: Framing, contentLength: number | undefined): void {
    this.#total = 0;
    if (framing === "none" || contentLength === 0) this.#phase = MESSAGE_END;
    else if (framing === "length") {
      this.#phase = LENGTH;
      this.#remaining = contentLength ?? 0;
    } else if (framing === "chunked") {
      this.#phase = CHUNKED;
      this.#chunks ??= new ChunkFraming(this.limits);
      this.#chunks.start();
    } else this.#phase = UNTIL_CLOSE;
    if (this.#phase !== MESSAGE_END) this.patience.begin("body");
  }

  /** Called by `readHead` for a head after which another head follows, as 1xx responses are. */
  protected frameInformational(): void {
    this.#begun = false;
  }

  /** Called by `readHead` for a head after which the connection speaks another protocol. */
  protected frameTunnel(): void {
    this.#phase = MESSAGE_END;
    this.tunnelNext = true;
  }
  protected tunnelNext = false;

  #read(): Head | Content | Trailers | End | Tunnel | Http1Violation | undefined {
    switch (this.#phase) {
      case HEAD:
        return this.#readHead();
      case LENGTH:
        return this.#readLength();
      case CHUNKED:
        return this.#readChunked();
      case UNTIL_CLOSE:
        return this.#readUntilClose();
      case TRAILERS:
        return this.#readTrailers();
      case MESSAGE_END:
        if (this.tunnelNext) return this.surrender();
        return this.#finish();
      default:
        return undefined;
    }
  }

  /** Says that the answer to the last message left at `now`: idleness counts from then. */
  rested(now: number | undefined): void {
    if (this.input.unread === 0) this.patience.restedAt(now);
  }

  #readHead(): Head | Http1Violation | undefined {
    const input = this.input;
    if (!this.#begun) {
      if (input.at === input.end) return undefined;
      const refused = this.admit(input.offset);
      if (refused !== undefined) return this.#die(refused);
      this.#begun = true;
      this.startHead();
      if (this.patience.wait !== "head") this.patience.begin("head");
    }
    const origin = input.at;
    const head = this.readHead(input.bytes, origin, input.end);
    if (head === undefined) return undefined;
    if (isViolation(head)) return this.#die(head);
    input.at = origin + this.lines.at;
    return head;
  }

  #readLength(): Content | undefined {
    const input = this.input;
    const available = input.end - input.at;
    if (available === 0) return undefined;
    const count = available < this.#remaining ? available : this.#remaining;
    this.#remaining -= count;
    if (this.#remaining === 0) this.#phase = MESSAGE_END;
    return this.#content(count);
  }

  #readUntilClose(): Content | End | Http1Violation | undefined {
    const input = this.input;
    const available = input.end - input.at;
    if (available === 0) return this.#ended ? this.#finish() : undefined;
    const left = this.limits.maxBodyBytes - this.#total;
    if (left === 0)
      return this.#die(
        this.refusal("http1.body.too-large", input.offset, {
          name: "maxBodyBytes",
          max: this.limits.maxBodyBytes,
          observed: this.limits.maxBodyBytes + 1,
        }),
      );
    const count = available < left ? available : left;
    this.#total += count;
    return this.#content(count);
  }

  #readChunked(): Content | Trailers | End | Http1Violation | undefined {
    const input = this.input;
    const chunks = this.#chunks;
    if (chunks === undefined) return undefined;
    const { coalesceBytes } = this.limits;
    let gathered = 0;
    for (;;) {
      const result = chunks.scan(input.bytes, input.at, input.end, input.base);
      if (result === CHUNK_REFUSED) {
        const refused = this.refusal(chunks.code, chunks.faultAt, chunks.limit);
        if (gathered === 0) return this.#die(refused);
        this.#pending = refused;
        return this.#gathered(gathered);
      }
      input.at = chunks.at;
      if (result === LAST_CHUNK) {
        this.#phase = TRAILERS;
        this.#trailers ??= new FieldLines(boundsOf(this.limits).trailers);
        this.#trailers.start(0);
        this.patience.begin("trailers");
        return gathered === 0 ? this.#readTrailers() : this.#gathered(gathered);
      }
      const available = input.end - input.at;
      if (result !== CHUNK_DATA || available === 0)
        return gathered === 0 ? undefined : this.#gathered(gathered);
      const count = available < chunks.remaining ? available : chunks.remaining;
      if (count >= coalesceBytes || (gathered === 0 && count === available)) {
        if (gathered !== 0) return this.#gathered(gathered);
        chunks.take(count);
        return this.#content(count);
      }
      if (gathered + count > coalesceBytes) return this.#gathered(gathered);
      if (gathering.length < coalesceBytes) gathering = new Uint8Array(coalesceBytes);
      for (let i = 0; i < count; i++) gathering[gathered + i] = input.bytes[input.at + i] ?? 0;
      gathered += count;
      input.at += count;
      chunks.take(count);
    }
  }

  #readTrailers(): Trailers | End | Http1Violation | undefined {
    const { input } = this;
    const lines = this.#trailers;
    if (lines === undefined) return undefined;
    const origin = input.at;
    const result = lines.scan(input, origin, input.end);
    if (result === MORE) return undefined;
    const base = input.base + origin;
    if (result === REFUSED)
      return this.#die(this.refusal(lines.code, base + lines.faultAt, lines.limit));
    input.at = origin + lines.at;
    if (result === DONE && lines.count === 0) return this.#finish();
    const fields = lines.fields(input.bytes, origin);
    for (let line = 0; line < fields.size; line++)
      if (isForbiddenTrailer(fields.nameAt(line)))
        return this.#die(this.refusal("http1.trailer.forbidden", base + lines.lineStart(line)));
    this.#phase = MESSAGE_END;
    return { type: "trailers", fields };
  }

  #content(count: number): Content {
    const input = this.input;
    const bytes = input.bytes.subarray(input.at, input.at + count);
    input.at += count;
    this.patience.count(count);
    return { type: "content", bytes };
  }

  #gathered(count: number): Content {
    this.patience.count(count);
    return { type: "content", bytes: gathering.slice(0, count) };
  }

  #finish(): End {
    this.#phase = HEAD;
    this.#begun = false;
    this.patience.begin(this.restWait());
    if (this.isLast) this.stop();
    return END;
  }

  /** More bytes are needed: keeps what is unread, or says that the input ended inside a message. */
  #pause(): Http1Violation | undefined {
    if (this.#ended) {
      if (!this.inMessage || (this.#phase === HEAD && this.headIsBlank)) return undefined;
      return this.#die(this.refusal("http1.body.truncated", this.input.base + this.input.end));
    }
    this.patience.ask();
    this.input.keep();
    if (
      this.input.kept !== this.#chargedBytes ||
      this.#retainedObjects() !== this.#chargedObjects
    ) {
      this.#charge();
      if (this.#pending !== undefined) return this.#die(this.#pending);
    }
    return undefined;
  }

  /** Field lines that wait for the rest of their section. */
  #retainedObjects(): number {
    if (this.#phase === HEAD) return this.#begun ? this.lines.count : 0;
    return this.#phase === TRAILERS ? (this.#trailers?.count ?? 0) : 0;
  }

  #charge(): void {
    this.#ledger.release(this.#chargedBytes, this.#chargedObjects);
    const bytes = this.input.kept;
    const objects = this.#retainedObjects();
    const hit = this.#ledger.charge(bytes, objects);
    this.#chargedBytes = hit === undefined ? bytes : 0;
    this.#chargedObjects = hit === undefined ? objects : 0;
    if (hit !== undefined)
      this.#pending = this.refusal("http1.retained.bytes", this.input.base + this.input.end, hit);
  }

  #die(violation: Http1Violation): Http1Violation {
    this.#phase = DEAD;
    this.#letGo();
    return violation;
  }

  #letGo(): void {
    this.#pending = undefined;
    this.input.drop();
    this.lines.start(0);
    this.#trailers = undefined;
    this.#chunks = undefined;
    this.#ledger.release(this.#chargedBytes, this.#chargedObjects);
    this.#chargedBytes = this.#chargedObjects = 0;
  }
}

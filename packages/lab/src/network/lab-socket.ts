// One end of a connection that is a program. It has of a socket of Node what server and client use, and
// does by itself nothing at all: what arrives, and when, is chosen.

import type { LabHost } from "../lab-host.js";
import type { LabPipe } from "./lab-pipe.js";

type Listener = (this: LabSocket, ...values: never[]) => void;
type Written = (error?: Error | null) => void;

/** What was written in one step. */
interface Unwritten {
  readonly step: number;
  bytes: number;
  readonly written: (Written | undefined)[];
}

export class LabSocket {
  /** What the lab calls the connection. */
  readonly label: string;
  readonly remoteAddress = "192.0.2.1";
  readonly remotePort = 1;
  readonly localAddress = "192.0.2.2";
  readonly localPort = 2;
  readonly #host: LabHost;
  readonly #out: LabPipe;
  readonly #completes: boolean;
  readonly #listeners: Map<string, Listener[]> = new Map();
  readonly #unwritten: Unwritten[] = [];
  allowHalfOpen = true;
  destroyed = false;
  writableLength = 0;
  #isPaused = false;
  #hasEnded = false;
  #peerHasEnded = false;
  #isClosed = false;

  /** `completes`: that the system took what was written is an event of its own. */
  constructor(host: LabHost, label: string, out: LabPipe, completes: boolean) {
    this.#host = host;
    this.label = label;
    this.#out = out;
    this.#completes = completes;
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  once(event: string, listener: Listener): this {
    const once: Listener = function (this: LabSocket, ...values) {
      this.off(event, once);
      listener.apply(this, values);
    };
    return this.on(event, once);
  }

  off(event: string, listener: Listener): this {
    const left = (this.#listeners.get(event) ?? []).filter((one) => one !== listener);
    this.#listeners.set(event, left);
    return this;
  }

  write(data: Uint8Array | string, encoding?: string | Written, callback?: Written): boolean {
    const written = typeof encoding === "function" ? encoding : callback;
    this.#host.touch(this.label, "write");
    if (this.#hasEnded || this.destroyed) {
      this.#host.microtask(() => written?.(new Error("write after end")));
      return false;
    }
    const bytes = typeof data === "string" ? bytesOf(data) : data.slice();
    this.#out.put(bytes);
    if (this.#completes) {
      this.writableLength += bytes.length;
      const { step } = this.#host;
      const last = this.#unwritten.at(-1);
      if (last?.step === step) {
        last.bytes += bytes.length;
        last.written.push(written);
      } else this.#unwritten.push({ step, bytes: bytes.length, written: [written] });
    } else this.#host.microtask(() => written?.());
    return this.writableLength === 0;
  }

  /** Ends what is sent; what comes goes on. */
  end(): this {
    if (this.#hasEnded || this.destroyed) return this;
    this.#host.touch(this.label, "write");
    this.#hasEnded = true;
    this.#out.put("end");
    this.#closeIfDone();
    return this;
  }

  /** Ends both; what was written arrives, and then an end. */
  destroy(): this {
    if (this.destroyed) return this;
    this.#host.touch(this.label, "write");
    if (!this.#hasEnded) this.#out.put("end");
    this.#gone();
    return this;
  }

  destroySoon(): void {
    this.destroy();
  }

  /** Ends both; what is under way is lost. */
  resetAndDestroy(): this {
    if (this.destroyed) return this;
    this.#host.touch(this.label, "write");
    this.#out.put("reset");
    this.#gone();
    return this;
  }

  pause(): this {
    this.#isPaused = true;
    return this;
  }

  resume(): this {
    this.#isPaused = false;
    this.#host.touch(this.label, "write");
    return this;
  }

  cork(): void {}
  uncork(): void {}
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }

  /** Something that arrives would be read. */
  get isReading(): boolean {
    return !this.#isPaused && (this.#listeners.get("data") ?? []).length > 0;
  }

  get hasUnwritten(): boolean {
    return this.#unwritten.length > 0;
  }

  /** The system took the first of what was written. */
  complete(): void {
    const first = this.#unwritten.shift();
    if (first === undefined) return;
    this.writableLength -= first.bytes;
    if (!this.destroyed) for (const written of first.written) written?.();
  }

  /** Bytes have arrived. */
  receive(bytes: Uint8Array): void {
    if (!this.destroyed) this.#emit("data", bytes);
  }

  /** The peer sends no more. */
  receiveEnd(): void {
    if (this.destroyed) return;
    this.#peerHasEnded = true;
    this.#emit("end");
    this.#closeIfDone();
  }

  /** The connection was reset. */
  receiveReset(code = "ECONNRESET"): void {
    if (this.destroyed) return;
    this.#emit("error", Object.assign(new Error(code), { code, syscall: "read" }));
    this.#gone();
  }

  /** Nobody listens at the other end. */
  refuse(): void {
    const code = "ECONNREFUSED";
    this.#emit("error", Object.assign(new Error(code), { code, syscall: "connect" }));
    this.#gone();
  }

  #closeIfDone(): void {
    if (this.#hasEnded && this.#peerHasEnded) this.#gone();
  }

  #gone(): void {
    this.destroyed = true;
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#host.microtask(() => this.#emit("close"));
  }

  #emit(event: string, ...values: readonly unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? [])
      listener.apply(this, values as never[]);
  }
}

/** Every character is a byte. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

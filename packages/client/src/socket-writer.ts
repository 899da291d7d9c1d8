// Output of a machine on its way into a socket: one write for what is queued, and no more while the
// socket still holds any of it.

import type { Clock } from "@wirewall/host";
import type { Socket } from "node:net";

/** A machine that has something to say. */
export interface OutputSource {
  readonly state: string;
  /** What is queued, where it is one short text. */
  takeText?(now: number): string | undefined;
  takeOutput(now: number): Uint8Array | undefined;
  /** All that was taken has left. */
  outputSent(now: number): void;
}

export class SocketWriter {
  readonly #machine: OutputSource;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #resume: (now: number) => void;
  readonly #written: () => void = () => this.#left();
  #busy = false;

  /** `resume` is called when all that was written has left. */
  constructor(machine: OutputSource, socket: Socket, clock: Clock, resume: (now: number) => void) {
    this.#clock = clock;
    this.#machine = machine;
    this.#socket = socket;
    this.#resume = resume;
  }

  /** The socket holds output. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Writes what is queued, unless the socket is busy; true if anything was written. */
  flush(now: number): boolean {
    let wrote = false;
    while (!this.#busy) {
      const text = this.#machine.takeText?.(now);
      if (text !== undefined) {
        this.#socket.write(text, "latin1", this.#written);
        this.#settle(now);
      } else {
        const first = this.#machine.takeOutput(now);
        if (first === undefined) break;
        this.#write(first, now);
      }
      wrote = true;
    }
    return wrote;
  }

  #write(first: Uint8Array, now: number): void {
    const machine = this.#machine;
    const socket = this.#socket;
    const second = machine.takeOutput(now);
    if (second === undefined) socket.write(first, this.#written);
    else {
      socket.cork();
      socket.write(first);
      let piece: Uint8Array | undefined = second;
      while (piece !== undefined) {
        const hasRoom: boolean = socket.write(piece, this.#written);
        piece = hasRoom ? machine.takeOutput(now) : undefined;
      }
      socket.uncork();
    }
    this.#settle(now);
  }

  #settle(now: number): void {
    if (this.#socket.writableLength === 0) this.#machine.outputSent(now);
    else this.#busy = true;
  }

  #left(): void {
    if (!this.#busy || this.#socket.writableLength > 0) return;
    this.#busy = false;
    const { state } = this.#machine;
    if (this.#socket.destroyed || state === "closed" || state === "tunnel") return;
    const now = this.#clock.now();
    this.#machine.outputSent(now);
    this.#resume(now);
  }
}

/** For the end of a turn: what was queued in it leaves together. */
export function flushLater(connection: { flushDue(): void }): void {
  connection.flushDue();
}

// Output of a machine on its way into a socket: one write for what is queued, and no more while the
// socket still holds any of it.

import type { ClientConnection } from "@wirewall/http1";
import type { Socket } from "node:net";

export class SocketWriter {
  readonly #machine: ClientConnection;
  readonly #socket: Socket;
  readonly #resume: (now: number) => void;
  readonly #written: () => void = () => this.#left();
  #busy = false;

  /** `resume` is called when all that was written has left. */
  constructor(machine: ClientConnection, socket: Socket, resume: (now: number) => void) {
    this.#machine = machine;
    this.#socket = socket;
    this.#resume = resume;
  }

  /** The socket holds output. */
  get busy(): boolean {
    return this.#busy;
  }

  flush(now: number): void {
    while (!this.#busy) {
      const text = this.#machine.takeText(now);
      if (text !== undefined) {
        this.#socket.write(text, "latin1", this.#written);
        this.#settle(now);
        continue;
      }
      const first = this.#machine.takeOutput(now);
      if (first === undefined) return;
      this.#write(first, now);
    }
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
    if (this.#socket.destroyed || this.#machine.state !== "open") return;
    const now = performance.now();
    this.#machine.outputSent(now);
    this.#resume(now);
  }
}

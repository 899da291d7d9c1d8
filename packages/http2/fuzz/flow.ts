// Content on its way from one side to the other: each byte says where it belongs.

const PERIOD = 251;

export class Flow {
  isBegun = false;
  isDeclared = false;
  /** Bytes that may still be sent. */
  left = 0;
  /** Its sender waits for room. */
  isBlocked = false;
  /** Its sender has said the end. */
  isEnded = false;
  /** Its head arrived; its end did. */
  isHeard = false;
  isOver = false;
  /** Its receiver does not want the rest. */
  isCut = false;
  #sent = 0;
  #heard = 0;
  #unread = 0;

  begin(length: number | undefined): void {
    this.isBegun = true;
    this.isDeclared = length !== undefined;
    this.left = length ?? Number.POSITIVE_INFINITY;
  }

  take(count: number): Uint8Array {
    const from = this.#sent;
    this.#sent += count;
    this.left -= count;
    return Uint8Array.from({ length: count }, (_, at) => (from + at) % PERIOD);
  }

  hear(bytes: Uint8Array): void {
    for (const byte of bytes)
      if (byte !== this.#heard++ % PERIOD) throw new Error("another byte than was sent");
    if (this.#heard > this.#sent) throw new Error("more than was sent");
    this.#unread += bytes.length;
  }

  /** How much was handed out and not read. */
  read(): number {
    const unread = this.#unread;
    this.#unread = 0;
    return unread;
  }

  get isWhole(): boolean {
    return this.isOver && this.#heard === this.#sent;
  }

  expectWhole(what: string): void {
    if (!this.isWhole) throw new Error(`${what}: ${this.#heard} of ${this.#sent} bytes`);
  }
}

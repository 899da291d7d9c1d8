// The tunnel that an accepted CONNECT of HTTP/2 opens (RFC 9113 §8.5, RFC 8441 §5): a Duplex on one
// stream. What is read opens the window again, what is written waits for the peer's; each direction
// ends by itself with END_STREAM, and a tunnel that is destroyed before resets its stream.

import { Duplex } from "node:stream";

type Read = IteratorResult<Uint8Array, undefined>;

/** The stream below. */
export interface TunnelEnds {
  read(): Promise<Read>;
  write(bytes: Uint8Array): Promise<void> | undefined;
  end(): void;
  /** Both directions have ended, or nobody wants them any more. */
  tunnelClosed(): void;
}

export class StreamTunnel extends Duplex {
  readonly #ends: TunnelEnds;

  constructor(ends: TunnelEnds) {
    super();
    this.#ends = ends;
    // What matters about an error is that the tunnel closes after it.
    this.on("error", ignore);
  }

  override _read(): void {
    this.#ends.read().then(
      ({ value }) => this.push(value ?? null),
      (error: unknown) => this.#fail(error),
    );
  }

  override _write(
    chunk: Uint8Array,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    const wait = this.#ends.write(chunk);
    if (wait === undefined) done();
    else wait.then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#ends.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ends.tunnelClosed();
    done(error);
  }

  #fail(error: unknown): void {
    this.destroy(error instanceof Error ? error : undefined);
  }
}

function ignore(): void {}

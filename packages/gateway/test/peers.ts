// The client of a gateway under test, byte for byte. The upstream is the one that the tests of the
// client have.

import { connect, type Socket } from "node:net";
import { until } from "../../client/test/raw-upstream.js";

/** A client that keeps what it is answered. */
export class RawClient {
  readonly socket: Socket;
  text = "";
  /** The server ended, and how. */
  over: "end" | "error" | undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.setNoDelay(true);
    this.socket.on("data", (chunk) => {
      this.text += chunk.toString("latin1");
    });
    this.socket.on("end", () => {
      this.over ??= "end";
      this.socket.end();
    });
    this.socket.on("error", () => {
      this.over ??= "error";
    });
  }

  send(text: string | Uint8Array): this {
    this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
    return this;
  }

  /** Waits for text, or for the end. */
  async until(text: string | RegExp): Promise<string> {
    await until(() => (typeof text === "string" ? this.text.includes(text) : text.test(this.text)));
    return this.text;
  }

  async ended(): Promise<string> {
    await until(() => this.over !== undefined);
    return this.text;
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.text)?.[1]);
  }
}

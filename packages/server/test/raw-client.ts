// A peer that says exactly what a test wants and hides nothing: bytes out, bytes in, FIN and RST.

import { connect, type Socket } from "node:net";

export class RawClient {
  readonly socket: Socket;
  received = "";
  /** The server sent FIN. */
  ended = false;
  closed = false;
  error: NodeJS.ErrnoException | undefined;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.received += chunk.toString("latin1");
      this.#wake();
    });
    socket.on("end", () => {
      this.ended = true;
      this.#wake();
    });
    socket.on("error", (error) => {
      this.error = error;
    });
    socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  static async to(port: number | undefined): Promise<RawClient> {
    const socket = connect({ port: port ?? 0, host: "127.0.0.1", allowHalfOpen: true });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  send(text: string | Uint8Array): this {
    this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
    return this;
  }

  /** Half-closes. */
  finish(): this {
    this.socket.end();
    return this;
  }

  /** Waits for a condition that bytes or the end of the connection can bring about. */
  async until(condition: () => boolean): Promise<this> {
    while (!condition()) {
      if (this.closed) throw new Error(`the connection closed after: ${this.received}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this;
  }

  /** Waits until the text has come. */
  async has(text: string): Promise<this> {
    return this.until(() => this.received.includes(text));
  }

  /** Waits for the server's FIN, or the end of the connection, and answers FIN with FIN. */
  async end(): Promise<string> {
    await this.until(() => this.ended || this.closed);
    this.socket.end();
    return this.received;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** One exchange on a connection of its own; the request has to ask for the close. */
export async function ask(port: number | undefined, text: string): Promise<string> {
  const client = await RawClient.to(port);
  return client.send(text).end();
}

/** A GET that closes. */
export function get(path = "/", more = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${more}Connection: close\r\n\r\n`;
}

export function statusOf(response: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(response)?.[1]);
}

export function fieldOf(response: string, name: string): string | undefined {
  const head = response.slice(0, response.indexOf("\r\n\r\n"));
  return new RegExp(`^${name}: (.*)$`, "im").exec(head.replaceAll("\r\n", "\n"))?.[1];
}

export function bodyOf(response: string): string {
  return response.slice(response.indexOf("\r\n\r\n") + 4);
}

/** A promise and what settles it. */
export function gate<Value = void>(): {
  promise: Promise<Value>;
  open: (value: Value) => void;
} {
  let open: (value: Value) => void = () => {};
  const promise = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** Waits until the condition holds, looking again every turn of the event loop. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

// Shared data for models and tests: each access is a point at which others may come first.

import { nameOf, operation, type Cx } from "@wirewall/runtime";

export class Cell<T> {
  readonly #name: string;
  #value: T;

  constructor(value: T) {
    this.#name = nameOf("cell");
    this.#value = value;
  }

  async read(cx: Cx): Promise<T> {
    await operation(cx, "read", this.#name, "read");
    return this.#value;
  }

  async write(cx: Cx, value: T): Promise<void> {
    await operation(cx, "write", this.#name, "write");
    this.#value = value;
  }

  /** Reads and writes as one; what was there before comes back. */
  async update(cx: Cx, change: (value: T) => T): Promise<T> {
    await operation(cx, "update", this.#name, "write");
    const before = this.#value;
    this.#value = change(before);
    return before;
  }
}

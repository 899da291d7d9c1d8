// What an exchange knows of the task that its handler is: what it owes, and when it has ended.

import { reserve, type Cx, type Obligation } from "@wirewall/runtime";

export class ExchangeTask {
  readonly cx: Cx;
  /** The response; undefined once it is given, or nobody is left to whom. */
  #owed: Obligation | undefined;
  #isHandled = false;
  #resolve: (() => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(cx: Cx, isOwed: boolean) {
    this.cx = cx;
    if (isOwed) this.#owed = reserve(cx, "ack");
  }

  settle(isGiven: boolean): void {
    const owed = this.#owed;
    if (owed === undefined) return;
    this.#owed = undefined;
    if (isGiven) owed.commit();
    else owed.abort();
    this.#finish();
  }

  /** The handler has returned. */
  handled(): void {
    this.#isHandled = true;
    this.#finish();
  }

  threw(error: unknown): void {
    this.#reject?.(error);
  }

  /** Resolves when the handler has returned and nothing is owed. */
  untilHandled(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  #finish(): void {
    if (this.#isHandled && this.#owed === undefined) this.#resolve?.();
  }
}

// What an exchange knows of the task that its handler is: what it owes, and when it has ended.

import { reserve, type Cx, type Obligation } from "@wirewall/runtime";

export class ExchangeTask {
  readonly cx: Cx;
  /** The response; undefined once it is given, or nobody is left to whom. */
  #owed: Obligation | undefined;
  #isHandled = false;
  #ending: Promise<void> | undefined;
  #resolve: ((ending: Promise<void> | undefined) => void) | undefined;

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

  /** The handler has returned; `ending` is what there is left of it. */
  handled(ending?: Promise<void>): void {
    this.#ending = ending;
    this.#isHandled = true;
    this.#finish();
  }

  /** Resolves when the handler has returned and nothing is owed. */
  untilHandled(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  #finish(): void {
    if (this.#isHandled && this.#owed === undefined) this.#resolve?.(this.#ending);
  }
}

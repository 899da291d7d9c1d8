// What is to happen once an outcome is known. `await` asks for it and looks at nothing that comes back,
// so that a promise is made only for those who go on from there.

import { valueOf, type Outcome } from "./outcome.js";

export interface Observer {
  tell(outcome: Outcome<unknown>): void;
}

type OnValue<A> = ((value: unknown) => A | PromiseLike<A>) | null | undefined;
type OnError<B> = ((error: unknown) => B | PromiseLike<B>) | null | undefined;

export class Reaction<A, B> implements Observer, PromiseLike<A | B> {
  readonly #onValue: OnValue<A>;
  readonly #onError: OnError<B>;
  /** What it came to: a promise once somebody asks, what settles that, or what was made of the outcome. */
  #result: Promise<unknown> | undefined;
  #settle: ((result: Promise<unknown>) => void) | undefined;

  constructor(onValue: OnValue<A>, onError: OnError<B>) {
    this.#onValue = onValue;
    this.#onError = onError;
  }

  tell(outcome: Outcome<unknown>): void {
    let value: unknown;
    try {
      value = this.#react(outcome);
    } catch (error) {
      this.#came(Promise.reject(error));
      return;
    }
    if (value !== undefined || this.#settle !== undefined) this.#came(Promise.resolve(value));
    else this.#result = NOTHING;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it stands for the promise that `then` returns
  then<C = A | B, D = never>(
    onValue?: ((value: A | B) => C | PromiseLike<C>) | null,
    onError?: OnError<D>,
  ): Promise<C | D> {
    this.#result ??= new Promise((resolve) => {
      this.#settle = resolve;
    });
    return this.#result.then(onValue as never, onError as never);
  }

  #react(outcome: Outcome<unknown>): unknown {
    if (outcome.type === "ok") {
      const { value } = outcome;
      return typeof this.#onValue === "function" ? this.#onValue(value) : value;
    }
    if (typeof this.#onError !== "function") return valueOf(outcome);
    try {
      return valueOf(outcome);
    } catch (error) {
      return this.#onError(error);
    }
  }

  #came(result: Promise<unknown>): void {
    if (this.#settle === undefined) this.#result = result;
    else this.#settle(result);
  }
}

/** `await` makes nothing of the outcome, and asks for nothing. */
const NOTHING = /* @__PURE__ */ Promise.resolve();

// What a region may reach beside the runtime: opaque values by tokens that only their packages have. A region has what
// the one around it has, or less, and never more.

import { RuntimeError } from "./errors.js";

/** Names one kind of grant. `isWithin` says whether one grant came of another by narrowing. */
export class IoToken<T> {
  readonly name: string;
  readonly #isWithin: (held: T, asked: T) => boolean;

  constructor(name: string, isWithin: (held: T, asked: T) => boolean) {
    this.name = name;
    this.#isWithin = isWithin;
  }

  /** @internal */
  allows(held: T, asked: T): boolean {
    return held === asked || this.#isWithin(held, asked);
  }
}

/** Grants by their tokens. */
export class IoGrants {
  readonly #values: ReadonlyMap<IoToken<unknown>, unknown>;

  constructor(entries: Iterable<readonly [IoToken<never>, unknown]> = []) {
    this.#values = new Map(entries as Iterable<readonly [IoToken<unknown>, unknown]>);
    Object.freeze(this);
  }

  /** @throws RuntimeError CAP_DENIED if there is none. */
  get<T>(token: IoToken<T>): T {
    const value = this.#values.get(token as unknown as IoToken<unknown>);
    if (value === undefined)
      throw new RuntimeError("CAP_DENIED", `cx: ${token.name} was not granted`);
    return value as T;
  }

  /** @throws RuntimeError CAP_DENIED if `asked` has anything that is not here, or that is more. */
  within(asked: IoGrants): IoGrants {
    for (const [token, value] of asked.#values) {
      const held = this.#values.get(token);
      if (held === undefined || !token.allows(held, value))
        throw new RuntimeError("CAP_DENIED", `region: ${token.name}: more than is held`);
    }
    return asked;
  }
}

export const noGrants: IoGrants = /* @__PURE__ */ new IoGrants();

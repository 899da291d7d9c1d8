// The `headers` of a request: `get` and `has` read the decoded fields; for everything else a real
// Headers object is made, once.

import { isToken, type Fields } from "@wirewall/fields";
import { inheritWeb } from "./inherit-web.js";

export class LazyHeaders {
  readonly #fields: Fields;
  #real: Headers | undefined;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  get(name: string): string | null {
    if (this.#real !== undefined || !isToken(name)) return this.real().get(name);
    const first = this.#fields.get(name);
    if (first === undefined) return null;
    const all = this.#fields.getAll(name);
    return all.length === 1 ? first : all.join(name.toLowerCase() === "cookie" ? "; " : ", ");
  }

  has(name: string): boolean {
    if (this.#real !== undefined || !isToken(name)) return this.real().has(name);
    return this.#fields.has(name);
  }

  /** The real object, which from then on is the one that is read and changed. */
  real(): Headers {
    if (this.#real === undefined) {
      this.#real = new Headers();
      for (const [name, value] of this.#fields)
        if (name !== "cookie") this.#real.append(name, value);
      // RFC 9113 §8.2.3: crumbs of a cookie are put together with "; ", not as a list is.
      const crumbs = this.#fields.getAll("cookie");
      if (crumbs.length > 0) this.#real.set("cookie", crumbs.join("; "));
    }
    return this.#real;
  }
}

inheritWeb(LazyHeaders, Headers, (lazy) => lazy.real());

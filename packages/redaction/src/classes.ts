// What a value is, and what stands in its place.

/** `secret` is never kept; `sensitive` is whatever is not known to be harmless; `metadata` is what replay needs. */
export type DataClass = "secret" | "sensitive" | "metadata";

/**
 * `metadata_only` keeps the length of what is sensitive, `strict` keeps nothing of it and no metadata that is not
 * listed, `none` keeps it: for one's own machine.
 */
export type RedactionMode = "metadata_only" | "strict" | "none";

/** A value that never prints, wherever it is held. */
export class Secret<T = unknown> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
    Object.freeze(this);
  }

  /** Whatever else a value is: nothing of it is asked. */
  static is(value: object): value is Secret {
    return #value in value;
  }

  /** The one way to it. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return SECRET;
  }

  toJSON(): string {
    return SECRET;
  }

  static {
    const inspect = Symbol.for("nodejs.util.inspect.custom");
    Object.defineProperty(Secret.prototype, inspect, { value: () => SECRET });
    Object.freeze(Secret.prototype);
  }
}

/** A value of which nobody is told more than its length. */
export class Sensitive<T = unknown> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
    Object.freeze(this);
  }

  /** As that of `Secret`. */
  static is(value: object): value is Sensitive {
    return #value in value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return sensitive(String(this.#value).length);
  }

  toJSON(): string {
    return this.toString();
  }

  static {
    const inspect = Symbol.for("nodejs.util.inspect.custom");
    Object.defineProperty(Sensitive.prototype, inspect, {
      value(this: Sensitive) {
        return this.toString();
      },
    });
    Object.freeze(Sensitive.prototype);
  }
}

export const SECRET = "[secret]";

export function sensitive(length: number): string {
  return `[sensitive len:${length}]`;
}

const MARKS = [
  SECRET,
  "[sensitive]",
  "[depth]",
  "[truncated]",
  "[cycle]",
  "[function]",
  "[symbol]",
  "[unreadable]",
  "[bytes]",
];
const COUNTED = ["[sensitive len:", "[bytes len:"];
const MOST_DIGITS = 16;
const BRACKET = 0x5b;

/** The end of what stands in the place of something, if it stands there: such a thing is left as it is. */
export function markEnd(text: string, at: number): number | undefined {
  if (text.charCodeAt(at) !== BRACKET) return undefined;
  for (const mark of MARKS) if (text.startsWith(mark, at)) return at + mark.length;
  for (const head of COUNTED) {
    if (!text.startsWith(head, at)) continue;
    let end = at + head.length;
    const most = end + MOST_DIGITS;
    while (end < most && isDigit(text.charCodeAt(end))) end++;
    if (end > at + head.length && text[end] === "]") return end + 1;
  }
  return undefined;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

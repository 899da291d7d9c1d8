// Structures from bytes, with a secret planted where secrets stand.

/** What must never come out, in a form that no shape has by chance. */
export const CANARY = "cAnArY0x7Q9z";

const NAMES = [
  "name",
  "key",
  "value",
  "a",
  "note",
  "status",
  "code",
  "list",
  "__proto__",
  "constructor",
  "x y",
  "é",
  "0",
  "seed",
  "content-type",
];
const SECRET_NAMES = [
  "password",
  "API-Key",
  "session_id",
  "x.access.token",
  "Cookie",
  "privateKey",
  "AUTHORIZATION",
];
const HARMLESS = [
  "",
  "text",
  "12",
  "a=b",
  "http://h.example/",
  "{}",
  "[secret]",
  "\n",
  "\u202e",
  "x@y",
  "://",
  "ey",
  "-----",
];

/** A secret in free text, by its shape or by the name before it. */
const TEXTS: readonly ((around: string) => string)[] = [
  (around) => `${around} Authorization: Bearer ${CANARY}`,
  (around) => `${around} password=${CANARY};${around}`,
  (around) => `${around} {"token":"${CANARY}"}`,
  (around) => `${around} https://user:${CANARY}@h.example/`,
  (around) => `${around} https://h.example/?api_key=${CANARY}&x=1`,
  (around) => `${around} ghp_${CANARY}${CANARY} ${around}`,
  (around) => `${around} eyJ${CANARY}.${CANARY}.${CANARY} ${around}`,
  (around) =>
    `${around} -----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----${around}`,
  (around) => `${around} Basic ${CANARY}${CANARY}`,
  (around) => `${around}\nclient-secret: '${CANARY}'`,
];

export class Structures {
  readonly #data: Uint8Array;
  readonly #wrap: (value: string) => unknown;
  #at = 0;
  #left = 60;

  /** `wrap` makes a value that is a secret wherever it stands. */
  constructor(data: Uint8Array, wrap: (value: string) => unknown) {
    this.#data = data;
    this.#wrap = wrap;
  }

  value(depth = 0): unknown {
    const choice = this.#next(depth > 10 ? 6 : 12);
    if (this.#left-- < 0) return null;
    switch (choice) {
      case 0:
        return this.#next(256) * 7;
      case 1:
        return this.#next(2) === 0;
      case 2:
        return this.#pick(HARMLESS) + this.#pick(HARMLESS);
      case 3:
      case 4:
        return this.#pick(TEXTS)(this.#pick(HARMLESS));
      case 5:
        return this.#wrap(CANARY);
      case 6:
        return Array.from({ length: this.#next(4) }, () => this.value(depth + 1));
      case 7:
        return new Map([
          [this.#pick(SECRET_NAMES), CANARY],
          [this.#pick(NAMES), this.value(depth + 1)],
        ] as [string, unknown][]);
      case 8:
        return Object.assign(new Error(this.#pick(TEXTS)(""), { cause: this.value(depth + 1) }), {
          [this.#pick(SECRET_NAMES)]: [CANARY],
        });
      case 10:
        return this.#named(depth);
      case 9:
        return new Set([this.value(depth + 1), new TextEncoder().encode(CANARY)]);
      default:
        return this.#object(depth);
    }
  }

  /** A member that says what another is: by a text, by something that becomes one, or by nothing that does. */
  #named(depth: number): object {
    const [first, second] = this.#next(2) === 0 ? ["name", "key"] : ["key", "name"];
    const name = (): unknown => {
      switch (this.#next(6)) {
        case 0:
          return this.#pick(SECRET_NAMES);
        case 1:
          return this.#pick(NAMES);
        case 2:
          return new Date(this.#next(256));
        case 3:
          return new URL(`https://h.example/?token=${CANARY}`);
        case 4:
          return `${this.#pick(HARMLESS)}${this.#pick(SECRET_NAMES)}`.repeat(this.#next(30));
        default:
          return this.value(depth + 1);
      }
    };
    const pair: Record<string, unknown> = { [first as string]: name() };
    if (this.#next(2) === 0) pair[second as string] = name();
    pair["value"] = this.#next(4) === 0 ? null : this.value(depth + 1);
    return pair;
  }

  #object(depth: number): object {
    const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const count = this.#next(5);
    for (let member = 0; member < count; member++)
      if (this.#next(3) === 0)
        object[this.#pick(SECRET_NAMES)] = this.#next(2) === 0 ? CANARY : { deep: [CANARY] };
      else object[this.#pick(NAMES)] = this.value(depth + 1);
    return object;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#next(from.length)] as T;
  }

  #next(below: number): number {
    const byte = this.#data[this.#at++ % Math.max(this.#data.length, 1)] ?? 0;
    return (byte + this.#at * (this.#at > this.#data.length ? 31 : 0)) % below;
  }
}

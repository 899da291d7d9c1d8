// Work that is counted instead of timed, so that it gates: what a reader asks of its text, and what
// it builds. Built-ins are wrapped for the length of one call.

/** A call that searches or makes n characters or elements in one go counts n. */
type Cost = (self: { length: number }, args: readonly unknown[], result: unknown) => number;
type Method = (...args: unknown[]) => unknown;

export interface Work {
  /** Characters looked at, compared or moved. */
  readonly steps: number;
  /** Calls that make a text or add to a list. */
  readonly built: number;
}

const one: Cost = () => 1;
const whole: Cost = (self) => self.length;
const made: Cost = (_, __, result) => (typeof result === "string" ? result.length : 1);
const searched: Cost = (self, args, result) => {
  const from = typeof args[1] === "number" ? args[1] : 0;
  return (typeof result === "number" && result >= 0 ? result + 1 : self.length) - from;
};

const READING: readonly [owner: object, name: string, cost: Cost][] = [
  [String.prototype, "charCodeAt", one],
  [String.prototype, "indexOf", searched],
  [String.prototype, "lastIndexOf", whole],
  [String.prototype, "includes", whole],
  [RegExp.prototype, "test", (_, args) => String(args[0]).length],
];
const BUILDING: readonly [owner: object, name: string, cost: Cost][] = [
  [String.prototype, "slice", made],
  [String.prototype, "toLowerCase", whole],
  [String.prototype, "split", whole],
  [Array.prototype, "push", (_, args) => args.length],
  [Array.prototype, "filter", whole],
  [Array.prototype, "slice", whole],
  [Array.prototype, "splice", whole],
  [Array.prototype, "concat", whole],
  [Array.prototype, "flatMap", whole],
];

/** What the call does, with its own result left aside. */
export function workOf(call: () => unknown): Work {
  let steps = 0;
  let built = 0;
  const wrappers = [...READING, ...BUILDING].map(([owner, name, cost], at) => {
    const method = Reflect.get(owner, name) as Method;
    const counted = function (this: { length: number }, ...args: unknown[]): unknown {
      const result = Reflect.apply(method, this, args);
      steps += cost(this, args, result);
      if (at >= READING.length) built++;
      return result;
    };
    return { owner, name, method, counted };
  });
  const put = (owner: object, name: string, value: Method): void => {
    Reflect.defineProperty(owner, name, { value, writable: true, configurable: true });
  };
  for (const { owner, name, counted } of wrappers) put(owner, name, counted);
  try {
    call();
  } finally {
    for (const { owner, name, method } of wrappers) put(owner, name, method);
  }
  return { steps, built };
}

/** The slope of log work over log size: 1 for linear work. */
export function exponentOf(sizes: readonly number[], costs: readonly number[]): number {
  const xs = sizes.map((size) => Math.log(size));
  const ys = costs.map((cost) => Math.log(cost));
  const mean = (of: readonly number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length;
  const [x, y] = [mean(xs), mean(ys)];
  const over = xs.reduce((sum, at, i) => sum + (at - x) * ((ys[i] ?? 0) - y), 0);
  return over / xs.reduce((sum, at) => sum + (at - x) ** 2, 0);
}

// Counts what a run does with bytes, instead of how long it takes: every byte read one by one, and
// every byte copied or turned into text. While it counts, new Uint8Arrays are watched; input has to
// be made inside the run.

/** Bytes looked at, copied and decoded by the run. */
export function countWork(run: () => void): number {
  let count = 0;
  const bytes = globalThis.Uint8Array;
  const views = DataView.prototype;
  const decoders = TextDecoder.prototype;
  const text = String.fromCharCode;
  const { set, slice } = bytes.prototype;
  const { decode } = decoders;
  const readers = ["getUint8", "getUint16", "getInt32", "getUint32"] as const;
  const sizes = { getUint8: 1, getUint16: 2, getInt32: 4, getUint32: 4 };
  const kept = readers.map((name) => views[name]);

  const watched: ProxyHandler<Uint8Array> = {
    get(target, key): unknown {
      if (typeof key === "string" && key <= "9~" && key >= "0") count++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  };
  const real = new WeakMap<object, Uint8Array>();
  const watch = (made: Uint8Array): Uint8Array => {
    const proxy = new Proxy(made, watched);
    real.set(proxy, made);
    return proxy;
  };
  const unwatched = <Value>(value: Value): Value =>
    (typeof value === "object" && value !== null ? (real.get(value) ?? value) : value) as Value;

  globalThis.Uint8Array = new Proxy(bytes, {
    construct: (target, given: unknown[]) =>
      watch(Reflect.construct(target, given.map(unwatched)) as Uint8Array),
  });
  bytes.prototype.set = function (this: Uint8Array, from: ArrayLike<number>, at?: number): void {
    count += from.length;
    set.call(this, unwatched(from), at);
  };
  bytes.prototype.slice = function (
    this: Uint8Array,
    from?: number,
    to?: number,
  ): Uint8Array<ArrayBuffer> {
    const made = slice.call(this, from, to) as Uint8Array<ArrayBuffer>;
    count += made.length;
    return made;
  };
  decoders.decode = function (
    this: TextDecoder,
    from?: Parameters<TextDecoder["decode"]>[0],
  ): string {
    count += from?.byteLength ?? 0;
    return decode.call(this, unwatched(from));
  };
  String.fromCharCode = (...codes: number[]): string => {
    count += codes.length;
    return text(...codes);
  };
  for (const [at, name] of readers.entries()) {
    const read = kept[at];
    views[name] = function (this: DataView, place: number, little?: boolean): number {
      count += sizes[name];
      return read?.call(this, place, little) ?? 0;
    };
  }
  try {
    run();
  } finally {
    globalThis.Uint8Array = bytes;
    bytes.prototype.set = set;
    bytes.prototype.slice = slice;
    decoders.decode = decode;
    String.fromCharCode = text;
    for (const [at, name] of readers.entries()) {
      const read = kept[at];
      if (read !== undefined) views[name] = read;
    }
  }
  return count;
}

/** The exponent of the power law that fits these pairs of size and work best (least squares of logarithms). */
export function exponentOf(points: readonly (readonly [size: number, work: number])[]): number {
  const logs = points.map(([size, work]) => [Math.log(size), Math.log(work)] as const);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return above / below;
}

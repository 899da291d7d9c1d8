// In a realm where steps are counted: a built-in that moves, makes or searches n elements in one
// call counts n of them. Imported before the codec, so that the codec meets no other ones.

declare let countedSteps: number;

type Method = (...args: unknown[]) => unknown;
type Cost = (self: unknown, args: readonly unknown[], result: unknown) => number;

/** As many elements as it is called on. */
const all: Cost = (self) => lengthOf(self);
/** As many elements as it gives. */
const given: Cost = (_, __, result) => lengthOf(result);
/** As many elements as its first argument has. */
const taken: Cost = (_, args) => lengthOf(args[0]);
const argumentsOf: Cost = (_, args) => args.length;
/** As far as it had to look for what it found. */
const searched: Cost = (self, args, result) => {
  const length = lengthOf(self);
  const from = typeof args[1] === "number" ? Math.max(0, args[1]) : 0;
  const to = typeof result === "number" && result >= 0 ? result + 1 : length;
  return Math.max(1, to - from);
};

const TypedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };

count(TypedArray.prototype, given, "slice", "map", "filter", "toReversed", "toSorted", "with");
count(TypedArray.prototype, taken, "set");
count(TypedArray.prototype, searched, "indexOf", "includes", "find", "findIndex", "some", "every");
count(TypedArray.prototype, all, "fill", "copyWithin", "reverse", "sort", "join", "lastIndexOf");
count(TypedArray, given, "from", "of");

count(Array.prototype, given, "slice", "concat", "flat", "toSpliced", "toReversed", "toSorted");
count(Array.prototype, all, "shift", "unshift", "splice", "reverse", "sort", "join", "fill");
count(Array.prototype, searched, "indexOf", "includes");
count(Array.prototype, all, "lastIndexOf", "copyWithin");
count(Array.prototype, argumentsOf, "push");
count(Array, given, "from", "of");

count(String.prototype, searched, "indexOf");
count(String.prototype, all, "lastIndexOf", "includes", "split", "toLowerCase", "toUpperCase");
count(String.prototype, all, "replace", "replaceAll", "match", "matchAll", "search", "normalize");
count(String.prototype, all, "trim", "trimStart", "trimEnd", "localeCompare");
count(String.prototype, given, "padStart", "padEnd", "repeat");
count(String, argumentsOf, "fromCharCode", "fromCodePoint");
count(RegExp.prototype, taken, "exec", "test");
count(JSON, taken, "parse");
count(JSON, given, "stringify");
count(TextDecoder.prototype, taken, "decode");
count(TextEncoder.prototype, given, "encode");

for (const name of ["Uint8Array", "Uint16Array", "Uint32Array", "Int8Array", "Int32Array"])
  countConstruction(name);
for (const name of ["Float64Array", "BigUint64Array", "ArrayBuffer"]) countConstruction(name);

function count(owner: object, cost: Cost, ...names: readonly string[]): void {
  for (const name of names) {
    const original = Reflect.get(owner, name) as Method | undefined;
    if (original === undefined) continue;
    const value = function (this: unknown, ...args: unknown[]): unknown {
      const length = cost === all ? cost(this, args, undefined) : 0;
      const result = Reflect.apply(original, this, args);
      countedSteps += cost === all ? length : cost(this, args, result);
      return result;
    };
    Reflect.defineProperty(owner, name, { value, writable: true, configurable: true });
  }
}

/** Making an array of n zeros takes n steps; a view of bytes that are there takes none. */
function countConstruction(name: string): void {
  const original = Reflect.get(globalThis, name) as new (...args: unknown[]) => object;
  const counted: typeof original = new Proxy(original, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(
        target,
        args,
        newTarget === counted ? target : newTarget,
      ) as object;
      if (!(args[0] instanceof ArrayBuffer)) countedSteps += lengthOf(made);
      return made;
    },
  });
  Reflect.set(globalThis, name, counted);
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  const { length, byteLength } = value as { length?: unknown; byteLength?: unknown };
  return typeof length === "number" ? length : typeof byteLength === "number" ? byteLength : 0;
}

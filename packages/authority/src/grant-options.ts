// How every grant reads what it is made of: known names only and none inherited, lists sorted and without doubles,
// and, where it is narrowed, nothing that was not there before.

export type Known = Readonly<Record<string, unknown>>;

/** A copy of options whose names are all known. @throws TypeError for any other. */
export function readOptions(what: string, options: unknown, known: readonly string[]): Known {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new TypeError(`${what}: expected an object`);
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of Reflect.ownKeys(options)) {
    if (typeof name !== "string" || !known.includes(name))
      throw new TypeError(`${what}: no option of the name ${JSON.stringify(String(name))}`);
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined) copy[name] = value;
  }
  for (const name of known)
    if (!(name in copy) && Reflect.get(options, name) !== undefined)
      throw new TypeError(`${what}: ${name}: expected a value of its own, got an inherited one`);
  return copy;
}

/** Text of a list: sorted, each once, none empty. Absent is empty. */
export function readList(
  field: string,
  value: unknown,
  among?: readonly string[],
): readonly string[] {
  if (value === undefined) return EMPTY;
  if (!Array.isArray(value)) throw new TypeError(`${field}: expected a list`);
  const items = new Set<string>();
  for (const item of value as readonly unknown[]) {
    if (typeof item !== "string") throw new TypeError(`${field}: expected text`);
    if (item === "") continue;
    if (among !== undefined && !among.includes(item))
      throw new RangeError(`${field}: expected one of ${among.join(", ")}`);
    items.add(item);
  }
  return Object.freeze([...items].sort());
}

export function readFlag(field: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw new TypeError(`${field}: expected true or false`);
  return value;
}

/** A whole number within a range, or what stands if there is none. */
export function readWhole(
  field: string,
  value: unknown,
  min: number,
  max: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max)
    throw new RangeError(`${field}: expected a whole number from ${min} to ${max}`);
  return value;
}

/** Those asked for, or all there are. @throws RangeError for one that is not there. */
export function narrowList(
  field: string,
  asked: readonly string[] | undefined,
  held: readonly string[],
): readonly string[] {
  if (asked === undefined) return held;
  for (const item of asked) if (!held.includes(item)) throw tooMuch(field);
  return asked;
}

export function narrowNumber(field: string, asked: number | undefined, held: number): number {
  if (asked !== undefined && asked > held) throw tooMuch(field);
  return asked ?? held;
}

export function narrowFlag(field: string, asked: boolean | undefined, held: boolean): boolean {
  if (asked === true && !held) throw tooMuch(field);
  return asked ?? held;
}

/** Does not repeat what was asked for: it may be somebody's name. */
export function tooMuch(field: string): RangeError {
  return new RangeError(`${field}: more than the grant holds`);
}

/** Of which grant each was made, by narrowing. */
const origin = /* @__PURE__ */ new WeakMap<object, object>();

/** @internal Remembers of which it was made. */
export function descended<Grant extends object>(from: Grant, made: Grant): Grant {
  origin.set(made, from);
  return made;
}

/** Whether a grant is another, or was made of it by narrowing. */
export function descendsFrom(held: object, asked: object): boolean {
  for (let at: object | undefined = asked; at !== undefined; at = origin.get(at))
    if (at === held) return true;
  return false;
}

const EMPTY: readonly string[] = /* @__PURE__ */ Object.freeze([]);

// A limit has a name that ends in its unit, a finite default with its reason, and a range.
// Zero, Infinity, NaN, text and absence never mean "unlimited": they are refused when set.

/** The suffixes of limit names, each of them the unit of the number. */
export type LimitUnit =
  "Bytes" | "Count" | "Ms" | "Ratio" | "Depth" | "Digits" | "Bits" | "PerSecond";

export type LimitName = `${string}${LimitUnit}`;

export type Preset = "default" | "strict";

/** One row of a limits table. `strict` is absent where one figure serves both presets. */
export interface LimitEntry<Name extends LimitName = LimitName> {
  readonly name: Name;
  readonly default: number;
  readonly strict?: number;
  readonly min: number;
  readonly max: number;
  readonly reason: string;
  readonly spec?: string;
}

/** The resolved values of a table: one frozen number per name. */
export type LimitValues<Name extends LimitName = LimitName> = { readonly [K in Name]: number };

/** A validated table of limits. */
export interface Limits<Name extends LimitName = LimitName> {
  /** The package that owns the table: `http1`. */
  readonly owner: string;
  readonly table: readonly LimitEntry<Name>[];
  /**
   * The values of a preset with some of them replaced. What this returned before is returned as it
   * is, so that one set can serve many connections.
   *
   * @throws TypeError for a name that is not in the table, or a value that is inherited.
   * @throws RangeError for a value that is not a safe integer within the limit's range.
   */
  resolve(overrides?: { readonly [K in Name]?: number }, preset?: Preset): LimitValues<Name>;
  /**
   * A value of one limit that is set by itself, as by an argument.
   *
   * @throws TypeError or RangeError as `resolve` does.
   */
  check(name: Name, value: number): number;
}

/** All tables of an installation, for `wirewall limits` and the documentation. */
export type LimitCatalogue = readonly Limits[];

const UNITS = ["Bytes", "Count", "Ms", "Ratio", "Depth", "Digits", "Bits", "PerSecond"] as const;

/**
 * Checks a table once, at definition, and freezes it.
 *
 * @throws TypeError for a name without its unit or given twice, or a row without a reason.
 * @throws RangeError for a range that is not one of positive safe integers, or a default outside it.
 */
export function defineLimits<const Table extends readonly LimitEntry[]>(
  owner: string,
  table: Table,
): Limits<Table[number]["name"]> {
  type Name = Table[number]["name"];
  const rows = new Map<string, LimitEntry>();
  for (const row of table) {
    checkRow(owner, row);
    if (rows.has(row.name)) throw new TypeError(`${owner}.${row.name} is defined twice`);
    rows.set(row.name, Object.freeze({ ...row }));
  }
  const resolved = new WeakSet<object>();
  const seal = (values: ReadonlyMap<string, number>): LimitValues<Name> => {
    const sealed = Object.freeze(Object.fromEntries(values)) as LimitValues<Name>;
    resolved.add(sealed);
    return sealed;
  };
  const valuesOf = (preset: Preset): Map<string, number> =>
    new Map(Array.from(rows.values(), (row) => [row.name, (row[preset] ?? row.default) as number]));
  const presets = new Map([
    ["default", seal(valuesOf("default"))],
    ["strict", seal(valuesOf("strict"))],
  ]);
  const check = (name: PropertyKey, value: unknown): number => {
    const row = typeof name === "string" ? rows.get(name) : undefined;
    if (row === undefined)
      throw new TypeError(`${owner} has no limit of the name ${JSON.stringify(String(name))}`);
    return checkValue(owner, row, value);
  };
  return Object.freeze({
    owner,
    table: Object.freeze([...rows.values()]) as readonly LimitEntry<Name>[],
    check,
    resolve(
      overrides?: { readonly [K in Name]?: number },
      preset: Preset = "default",
    ): LimitValues<Name> {
      const base = presets.get(preset);
      if (base === undefined) throw new TypeError('preset: expected "default" or "strict"');
      if (overrides === undefined) return base;
      if (typeof overrides !== "object" || overrides === null)
        throw new TypeError(`${owner} limits: expected an object of numbers by name`);
      if (resolved.has(overrides)) return overrides as LimitValues<Name>;
      const names = Reflect.ownKeys(overrides);
      for (const name of rows.keys())
        if (name in overrides && !names.includes(name))
          throw new TypeError(
            `${owner}.${name}: expected a value of its own, got an inherited one`,
          );
      if (names.length === 0) return base;
      const values = valuesOf(preset);
      for (const name of names) values.set(String(name), check(name, Reflect.get(overrides, name)));
      return seal(values);
    },
  });
}

/** The unit that a limit's name ends with, or undefined. */
export function unitOf(name: string): LimitUnit | undefined {
  return UNITS.find((unit) => name.endsWith(unit));
}

function checkRow(owner: string, row: LimitEntry): void {
  const { name, min, max } = row;
  if (unitOf(name) === undefined)
    throw new TypeError(`${owner}.${name}: a limit's name must end in its unit`);
  if (row.reason.trim() === "") throw new TypeError(`${owner}.${name}: a limit needs a reason`);
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 1)
    throw new RangeError(`${owner}.${name}: expected a range of positive whole numbers`);
  checkValue(owner, row, row.default);
  if (row.strict !== undefined) checkValue(owner, row, row.strict);
}

function checkValue(owner: string, row: LimitEntry, value: unknown): number {
  const { name, min, max } = row;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max)
    return value;
  const shown = typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
  throw new RangeError(
    `${owner}.${name}: expected a whole number from ${min} to ${max}, got ${shown}`,
  );
}

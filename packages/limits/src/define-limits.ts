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
   * @throws TypeError for a name that is not in the table.
   * @throws RangeError for a value that is not a safe integer within the limit's range.
   */
  resolve(overrides?: { readonly [K in Name]?: number }, preset?: Preset): LimitValues<Name>;
}

/** All tables of an installation, for `wirewall limits` and the documentation. */
export type LimitCatalogue = readonly Limits[];

const UNITS = ["Bytes", "Count", "Ms", "Ratio", "Depth", "Digits", "Bits", "PerSecond"] as const;

/** Checks a table once, at definition, and freezes it. */
export function defineLimits<const Table extends readonly LimitEntry[]>(
  owner: string,
  table: Table,
): Limits<Table[number]["name"]> {
  type Name = Table[number]["name"];
  const byName = new Map<string, LimitEntry>();
  const resolved = new WeakSet<object>();
  const presets = new Map<Preset, LimitValues<Name>>();
  for (const entry of table) {
    if (unitOf(entry.name) === undefined)
      throw new TypeError(`${owner}.${entry.name}: a limit's name must end in its unit`);
    if (byName.has(entry.name)) throw new TypeError(`${owner}.${entry.name} is defined twice`);
    if (!(entry.min >= 1)) throw new RangeError(`${owner}.${entry.name}: min must be at least 1`);
    check(owner, entry, entry.default);
    check(owner, entry, entry.strict ?? entry.default);
    byName.set(entry.name, Object.freeze({ ...entry }));
  }
  return Object.freeze({
    owner,
    table: Object.freeze([...byName.values()]) as readonly LimitEntry<Name>[],
    resolve(
      overrides: { readonly [K in Name]?: number } = {},
      preset: Preset = "default",
    ): LimitValues<Name> {
      checkPreset(preset);
      if (typeof overrides !== "object" || overrides === null || Array.isArray(overrides))
        throw new TypeError(`${owner} limits: expected an object of numbers by name`);
      if (resolved.has(overrides)) return overrides as LimitValues<Name>;
      const replaced = Object.entries(overrides);
      const ready = replaced.length === 0 ? presets.get(preset) : undefined;
      if (ready !== undefined) return ready;
      const values = new Map<string, number>();
      for (const entry of byName.values())
        values.set(
          entry.name,
          preset === "strict" ? (entry.strict ?? entry.default) : entry.default,
        );
      for (const [name, value] of replaced) {
        const entry = byName.get(name);
        if (entry === undefined)
          throw new TypeError(`${owner} has no limit of the name ${JSON.stringify(name)}`);
        check(owner, entry, value);
        values.set(name, value as number);
      }
      const frozen = Object.freeze(Object.fromEntries(values)) as LimitValues<Name>;
      resolved.add(frozen);
      if (replaced.length === 0) presets.set(preset, frozen);
      return frozen;
    },
  });
}

/** The unit that a limit's name ends with, or undefined. */
export function unitOf(name: string): LimitUnit | undefined {
  return UNITS.find((unit) => name.endsWith(unit));
}

function checkPreset(preset: unknown): void {
  if (preset !== "default" && preset !== "strict")
    throw new TypeError(`preset: expected "default" or "strict"`);
}

function check(owner: string, entry: LimitEntry, value: unknown): void {
  if (
    !Number.isSafeInteger(value) ||
    (value as number) < entry.min ||
    (value as number) > entry.max
  )
    throw new RangeError(
      `${owner}.${entry.name}: expected a whole number from ${entry.min} to ${entry.max}, got ${shown(value)}`,
    );
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}

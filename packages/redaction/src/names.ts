// What a name says of its value, and how it is shown. It is judged as it is written and as it is shown, since a second
// pass sees only the latter: one of which a secret was taken out says "secret" from then on, and has to say so before.

import { brandOf } from "./brands.js";
import { markEnd, sensitive, type DataClass, type RedactionMode } from "./classes.js";
import { noCounts, type RedactionCounts } from "./counts.js";
import { promisesSecret } from "./denylist.js";
import type { Entry } from "./entries.js";
import { metadataNames, replayNames } from "./metadata-names.js";
import { scanText } from "./scan-text.js";

export interface Judged {
  readonly kind: DataClass;
  /** Kept in strict too. */
  readonly isListed: boolean;
}

export const PLAIN: Judged = { kind: "sensitive", isListed: false };
const CONFIDENTIAL: Judged = { kind: "secret", isListed: false };

export interface NamedClass {
  readonly judged: Judged;
  readonly shown: string;
}

/** `{ name: "x", value: 1 }`, as in lists of fields, cookies and variables. */
export interface Pair {
  readonly value: Judged;
  /** Of the members that name it. */
  readonly names: ReadonlyMap<string, Judged>;
}

export class Names {
  readonly #mode: RedactionMode;
  readonly #metadata: ReadonlySet<string>;
  /** Names that were met. Most come again and again; only so many are kept. */
  readonly #met: Map<string, NamedClass> = new Map();

  /** `metadata`: names, in lower case, beside those that are known. */
  constructor(mode: RedactionMode, metadata: ReadonlySet<string>) {
    this.#mode = mode;
    this.#metadata = metadata;
  }

  /** `counts`: is told what was taken out of the name, if anything. */
  named(name: string, counts?: RedactionCounts): NamedClass {
    let found = this.#met.get(name);
    if (found === undefined) {
      const isLong = name.length > MOST_NAME;
      const scanned = this.#scanned(name, isLong || !counts ? noCounts() : counts);
      const shown = isLong ? this.#long(name) : scanned;
      found = { judged: this.#judged(name, scanned), shown };
      if (this.#met.size < MOST_NAMES && name.length <= MOST_KEPT_NAME && shown === name)
        this.#met.set(name, found);
    }
    return found;
  }

  pair(entries: readonly Entry[]): Pair | undefined {
    if (!entries.some(([name, value]) => name === "value" && value !== undefined)) return undefined;
    const found = entries.flatMap(([member, named]) => {
      const name = isPairName(member) ? textOf(named) : undefined;
      if (name === undefined) return [];
      const scanned = this.#scanned(name, noCounts());
      return [{ member, scanned, judged: this.#judged(name, scanned) }];
    });
    if (found.length === 0) return undefined;
    const value = found.map(({ judged }) => judged).reduce(graver);
    // They are names, as those of members are, and stay where what they name does.
    const stays = value.kind === "secret" || value.isListed;
    const names = found.map(({ member, scanned, judged }): [string, Judged] => [
      member,
      { kind: "metadata", isListed: stays && (judged.isListed || promisesSecret(scanned)) },
    ]);
    return { value, names: new Map(names) };
  }

  #judged(name: string, scanned: string): Judged {
    if (promisesSecret(name) || promisesSecret(scanned)) return CONFIDENTIAL;
    if (scanned.length > MOST_NAME) return PLAIN;
    const lower = scanned.toLowerCase();
    if (metadataNames.has(lower) || this.#metadata.has(lower))
      return {
        kind: "metadata",
        isListed: replayNames.has(lower) || this.#metadata.has(lower),
      };
    return PLAIN;
  }

  #long(name: string): string {
    return this.#mode === "strict" ? "[sensitive]" : sensitive(name.length);
  }

  /** Names are text too, and somebody's address may be one. */
  #scanned(name: string, counts: RedactionCounts): string {
    return SIMPLE.test(name) ? name : scanText(name, this.#mode, counts);
  }
}

function isPairName(name: string): boolean {
  return name === "name" || name === "key";
}

/** Of what is text when it is shown, and no mark, which names nothing. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return markEnd(value, 0) === value.length ? undefined : value;
  if (typeof value !== "object" || value === null) return undefined;
  const brand = brandOf(value);
  return brand.kind === "text" ? brand.text : undefined;
}

/** Whichever keeps less. */
function graver(one: Judged, other: Judged): Judged {
  return rank(other) > rank(one) ? other : one;
}

function rank({ kind, isListed }: Judged): number {
  if (kind === "secret") return 3;
  if (kind === "sensitive") return 2;
  return isListed ? 0 : 1;
}

const MOST_NAME = 256;
const MOST_NAMES = 1_000;
const MOST_KEPT_NAME = 64;
/** Too short for any shape, and without what would have to be written out. */
const SIMPLE = /^[\w .-]{0,12}$/;

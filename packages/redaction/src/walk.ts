// A bounded walk through any value, which builds a new one: nothing of the input is changed, called or waited for, and
// no depth of it is a depth of ours.

import { brandOf } from "./brands.js";
import { markEnd, SECRET, Secret, sensitive, Sensitive, type RedactionMode } from "./classes.js";
import { stepTo, type PathNode } from "./class-paths.js";
import { noCounts, type RedactionCounts } from "./counts.js";
import { entriesOf, UNREADABLE, type Entry } from "./entries.js";
import type { RedactionLimits } from "./limits.js";
import { PLAIN, type Judged, type Names, type Pair } from "./names.js";
import { scanText } from "./scan-text.js";

export interface WalkRules {
  readonly mode: RedactionMode;
  readonly limits: RedactionLimits;
  readonly paths: PathNode;
  readonly names: Names;
}

/** What was taken out, and where: names and numbers of places, with dots between them. */
export interface Finding {
  readonly path: string;
  readonly kind: "secret" | "sensitive" | "removed";
}

type Target = Record<string, unknown> | unknown[];

interface Frame {
  readonly source: object;
  readonly target: Target;
  readonly entries: readonly Entry[];
  readonly isWhole: boolean;
  readonly path: PathNode | undefined;
  /** Of its items, where it is a list: that of its name. */
  readonly inherited: Judged | undefined;
  readonly causes: number;
  /** Where one member says what another is. */
  readonly pair: Pair | undefined;
  at: number;
}

/** Nothing stands there. */
const GONE: unique symbol = Symbol("gone");

export class Walk {
  readonly #rules: WalkRules;
  readonly #counts: RedactionCounts;
  readonly #found: ((finding: Finding) => void) | undefined;
  readonly #stack: Frame[] = [];
  readonly #within: Set<object> = new Set();
  #nodes = 0;
  #bytes = 0;
  #isFull = false;

  constructor(rules: WalkRules, counts: RedactionCounts, found?: (finding: Finding) => void) {
    this.#rules = rules;
    this.#counts = counts;
    this.#found = found;
  }

  run(value: unknown): unknown {
    const result = this.#copy(value, PLAIN, this.#rules.paths, 0);
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1))
      if (!this.#step(frame)) {
        this.#stack.pop();
        this.#within.delete(frame.source);
      }
    return result === GONE ? undefined : result;
  }

  /** One member of a frame; false if there is none any more. */
  #step(frame: Frame): boolean {
    const { entries, target } = frame;
    if (this.#isFull || frame.at === entries.length) {
      const isCut = this.#isFull ? frame.at < entries.length || !frame.isWhole : !frame.isWhole;
      if (isCut) this.#place(target, "[truncated]", this.#removed("[truncated]"));
      return false;
    }
    const [name, value] = entries[frame.at++] as Entry;
    const isList = Array.isArray(target);
    const path = stepTo(frame.path, isList ? String(frame.at - 1) : name);
    const judged = isList
      ? this.#judgeItem(path, frame.inherited)
      : this.#judge(name, path, frame.pair);
    const isCause = name === "cause" || name === "errors";
    const causes = isCause ? frame.causes + 1 : frame.causes;
    if (isCause && causes > this.#rules.limits.maxCauseDepth) return true;
    if (value === undefined && !isList) return true;
    const copy = this.#copy(value, judged, path, causes);
    if (copy !== GONE) this.#place(target, name, copy);
    return true;
  }

  #judge(name: string, path: PathNode | undefined, pair: Pair | undefined): Judged {
    if (path?.declared !== undefined) return { kind: path.declared, isListed: true };
    if (pair !== undefined) {
      const known = name === "value" ? pair.value : pair.names.get(name);
      if (known !== undefined) return known;
    }
    return this.#rules.names.named(name).judged;
  }

  #judgeItem(path: PathNode | undefined, inherited: Judged | undefined): Judged {
    return path?.declared === undefined
      ? (inherited ?? PLAIN)
      : { kind: path.declared, isListed: true };
  }

  /** What stands for a value: at once, or a place that is filled later. */
  #copy(value: unknown, judged: Judged, path: PathNode | undefined, causes: number): unknown {
    if (++this.#nodes > this.#rules.limits.maxNodeCount) {
      this.#isFull = true;
      return this.#removed("[truncated]");
    }
    if (value === undefined) return null;
    if (value === UNREADABLE) return this.#removed("[unreadable]");
    if (typeof value === "object" && value !== null) {
      if (Secret.is(value)) return this.#secret();
      if (Sensitive.is(value)) return this.#hidden(lengthOf(value.reveal()));
    }
    if (judged.kind === "secret") {
      if (value === null || value === SECRET) return value;
      return this.#secret();
    }
    switch (typeof value) {
      case "string":
        return this.#text(value, judged);
      case "number":
      case "bigint":
        return this.#number(value, judged);
      case "boolean":
        return this.#isKept(judged) || this.#rules.mode === "metadata_only" ? value : this.#gone();
      case "function":
        return this.#removed("[function]");
      case "symbol":
        return this.#removed("[symbol]");
      default:
        return value === null ? null : this.#object(value as object, judged, path, causes);
    }
  }

  #object(value: object, judged: Judged, path: PathNode | undefined, causes: number): unknown {
    if (this.#within.has(value)) return this.#removed("[cycle]");
    const brand = brandOf(value);
    const { limits, mode } = this.#rules;
    if (brand.kind === "unreadable") return this.#removed("[unreadable]");
    if (brand.kind === "bytes")
      return this.#removed(mode === "strict" ? "[bytes]" : `[bytes len:${brand.length}]`);
    if (brand.kind === "text") return this.#text(brand.text, judged);
    if (this.#stack.length >= limits.maxDepth) return this.#removed("[depth]");
    const isList = brand.kind === "list" || brand.kind === "set";
    const most = isList ? limits.maxItemCount : limits.maxKeyCount;
    let read: ReturnType<typeof entriesOf>;
    try {
      read = entriesOf(value, brand.kind, most);
    } catch {
      return this.#removed("[unreadable]");
    }
    const target: Target = isList ? [] : withoutPrototype();
    this.#within.add(value);
    this.#stack.push({
      source: value,
      target,
      ...read,
      path,
      inherited: isList ? judged : undefined,
      causes,
      pair: isList ? undefined : this.#rules.names.pair(read.entries),
      at: 0,
    });
    return target;
  }

  #text(text: string, judged: Judged): unknown {
    const { mode, limits } = this.#rules;
    const end = text.charCodeAt(0) === BRACKET ? markEnd(text, 0) : undefined;
    if (end === text.length)
      return mode === "strict" && text.startsWith("[sensitive") && !this.#isKept(judged)
        ? GONE
        : text;
    if (text.length > limits.maxStringBytes) return this.#hidden(text.length);
    if (!this.#isKept(judged)) return this.#hidden(text.length);
    const { secret, sensitive: hidden } = this.#counts;
    const scanned = scanText(text, mode, this.#counts);
    if (this.#counts.secret > secret) this.#tell("secret");
    if (this.#counts.sensitive > hidden) this.#tell("sensitive");
    return this.#spend(scanned);
  }

  #number(value: number | bigint, judged: Judged): unknown {
    const isFinite = typeof value === "bigint" || Number.isFinite(value);
    if (this.#isKept(judged)) return typeof value === "bigint" || !isFinite ? String(value) : value;
    return this.#hidden(String(value).length);
  }

  #isKept({ kind, isListed }: Judged): boolean {
    const { mode } = this.#rules;
    if (mode === "none") return true;
    return kind === "metadata" && (mode === "metadata_only" || isListed);
  }

  #secret(): string {
    this.#counts.secret++;
    this.#tell("secret");
    return this.#spend(SECRET);
  }

  #hidden(length: number): unknown {
    this.#counts.sensitive++;
    this.#tell("sensitive");
    return this.#rules.mode === "strict" ? GONE : this.#spend(sensitive(length));
  }

  #gone(): typeof GONE {
    this.#counts.sensitive++;
    this.#tell("sensitive");
    return GONE;
  }

  #removed(mark: string): string {
    this.#counts.removed++;
    this.#tell("removed");
    return mark;
  }

  #tell(kind: Finding["kind"]): void {
    if (this.#found === undefined) return;
    const names = this.#stack.map(({ entries, at, target }) =>
      Array.isArray(target) ? String(at - 1) : this.#shown(entries[at - 1]?.[0] ?? ""),
    );
    this.#found({ path: names.join("."), kind });
  }

  /** A name may be somebody's, too. */
  #shown(name: string): string {
    return name.length > MOST_NAME
      ? sensitive(name.length)
      : scanText(name, this.#rules.mode, noCounts());
  }

  #spend(text: string): string {
    this.#bytes += text.length;
    if (this.#bytes > this.#rules.limits.maxOutputBytes) this.#isFull = true;
    return text;
  }

  #place(target: Target, name: string, value: unknown): void {
    if (Array.isArray(target)) {
      target.push(value);
      return;
    }
    let key =
      markEnd(name, 0) === name.length
        ? name
        : this.#spend(this.#rules.names.named(name, this.#counts).shown);
    // Only what stands for names can be the same for two.
    if (key !== name || name.startsWith("[")) key = freeName(target, key);
    target[key] = value;
  }
}

/** Of a text or a number; of nothing else anything is told. */
function lengthOf(value: unknown): number {
  return typeof value === "string" || typeof value === "number" ? String(value).length : 0;
}

function freeName(target: Record<string, unknown>, key: string): string {
  const stem = key.replace(/#\d+$/, "");
  let free = key;
  for (let count = 2; free in target; count++) free = `${stem}#${count}`;
  return free;
}

/** Filled as fast as any object, which one that is made without a prototype is not. */
function withoutPrototype(): Record<string, unknown> {
  return Object.setPrototypeOf({}, null) as Record<string, unknown>;
}

const BRACKET = 0x5b;
const MOST_NAME = 256;

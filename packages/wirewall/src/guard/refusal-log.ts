// Refusals on the terminal: counted, at most one line a second, and codes only. An attacker who
// is refused ten thousand times a second writes one line, and chooses no byte of it.

import { grouped } from "../terminal/number.js";

const INTERVAL_MS = 1_000;

/** Numbers by code, with the words that stand before them. */
export type CountsByTitle = Readonly<Record<string, ReadonlyMap<string, number>>>;

export class RefusalLog {
  readonly #counts: CountsByTitle;
  readonly #write: (line: string) => void;
  readonly #shown = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  /** `write` gets a line without its end, whenever one of the counts has grown. */
  constructor(counts: CountsByTitle, write: (line: string) => void) {
    this.#counts = counts;
    this.#write = write;
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Shows what is left. */
  close(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    const parts = Object.entries(this.#counts).flatMap(([title, counts]) => {
      const grown = [...counts].flatMap(([code, count]) => this.#growth(title, code, count));
      return grown.length === 0 ? [] : [`${title} ${grown.join(", ")}`];
    });
    if (parts.length > 0) this.#write(parts.join("; "));
  }

  #growth(title: string, code: string, count: number): string[] {
    const key = `${title} ${code}`;
    const more = count - (this.#shown.get(key) ?? 0);
    this.#shown.set(key, count);
    if (more === 0) return [];
    return [more === 1 ? code : `${code} ×${grouped(more)}`];
  }
}

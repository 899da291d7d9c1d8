// What the guard took out of the requests that it forwarded to the demo, kept for the page that
// shows it. The request behind the guard is found again by its fields, all of them: where two had
// the same, they were sent by the same client and asked for the same.

import type { Fields } from "@wirewall/fields";
import type { ExchangeHead } from "@wirewall/server";

type Line = readonly [name: string, value: string];

interface Forwarded {
  readonly request: string;
  readonly removed: readonly Line[];
}

/** Requests whose page was not asked for are forgotten after so many others. */
const MAX_KEPT_COUNT = 64;

export class RemovedFields {
  readonly #kept: Forwarded[] = [];

  /** `onForward` of the gateway. */
  note(received: ExchangeHead, forwarded: Fields): void {
    if (this.#kept.length === MAX_KEPT_COUNT) this.#kept.shift();
    this.#kept.push({ request: textOf(forwarded), removed: difference(received, forwarded) });
  }

  /** What was removed from the request that arrived with these fields, once. */
  take(arrived: Fields): readonly Line[] {
    const request = textOf(arrived);
    const place = this.#kept.findIndex((one) => one.request === request);
    return place === -1 ? [] : (this.#kept.splice(place, 1)[0]?.removed ?? []);
  }
}

/** The framing of a message is written by each connection for itself. */
const FRAMING: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

function textOf(fields: Fields): string {
  return [...fields]
    .filter(([name]) => !FRAMING.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

/** Lines that do not go on; crumbs of Cookie go on as one line. */
function difference({ fields }: ExchangeHead, forwarded: Fields): readonly Line[] {
  const left = new Map<string, number>();
  for (const [name, value] of forwarded) {
    const line = `${name}: ${value}`;
    left.set(line, (left.get(line) ?? 0) + 1);
  }
  return [...fields].filter(([name, value]) => {
    if (FRAMING.has(name) || (name === "cookie" && forwarded.has("cookie"))) return false;
    const line = `${name}: ${value}`;
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

// One direction of a connection: what was written and has not arrived yet.

import type { Micros } from "@wirewall/runtime";
import type { LabHost } from "../lab-host.js";

export interface PipeOptions {
  /** Bytes that arrive together at most; what is longer arrives in pieces. */
  readonly segmentBytes: number;
  /** Milliseconds that everything is under way. */
  readonly delayMs: number;
}

/** Bytes, the end of them, or the end of everything. */
export type Item = Uint8Array | "end" | "reset";

interface Waiting {
  readonly item: Item;
  readonly at: Micros;
  readonly step: number;
}

export class LabPipe {
  /** What the lab calls it. */
  readonly label: string;
  readonly #host: LabHost;
  readonly #options: PipeOptions;
  readonly #waiting: Waiting[] = [];
  #isSilent = false;
  /** The last has arrived. */
  isOver = false;

  constructor(host: LabHost, label: string, options: PipeOptions) {
    this.label = label;
    this.#host = host;
    this.#options = options;
  }

  /** Whether the next has come. */
  get isDue(): boolean {
    const [first] = this.#waiting;
    return first !== undefined && !this.#isSilent && first.at <= this.#host.now();
  }

  /** What comes next is told to those too who do not read. */
  get breaks(): boolean {
    return this.#waiting[0]?.item === "reset";
  }

  /** Nothing arrives any more, and nobody is told. */
  silence(): void {
    this.#host.touch(this.label, "write");
    this.#isSilent = true;
  }

  /** What is written within one step is one write: how a writer cuts it is chance. */
  put(item: Item): void {
    if (this.isOver) return;
    this.#host.touch(this.label, "write");
    if (item === "reset") this.#waiting.length = 0;
    const { step } = this.#host;
    const at = this.#host.now() + this.#options.delayMs * 1_000;
    const last = this.#waiting.at(-1);
    if (last?.step === step && typeof last.item !== "string" && typeof item !== "string")
      this.#waiting.splice(-1, 1, { item: joined(last.item, item), at, step });
    else {
      this.#waiting.push({ item, at, step });
      // Time may only pass if there is something that it has to come to.
      if (this.#options.delayMs > 0) this.#host.setTimer(at, ignore);
    }
  }

  take(): Item | undefined {
    this.#host.touch(this.label, "write");
    const first = this.#waiting.shift();
    if (first === undefined) return undefined;
    const { item, at } = first;
    const { segmentBytes } = this.#options;
    if (typeof item === "string") this.isOver = true;
    else if (item.length > segmentBytes) {
      // A step that nothing is written in any more.
      this.#waiting.unshift({ item: item.slice(segmentBytes), at, step: -1 });
      return item.slice(0, segmentBytes);
    }
    return item;
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

function ignore(): void {}

// Faults that nobody planned for, from a stream of chance of their own, so that they come again with the
// same seed: requests to stop, time that passes, connections that break, wake-ups for nothing, and budgets
// that are suddenly spent. Each is an event of the trace.

import type { LabHost } from "./lab-host.js";
import { Random } from "./random.js";

/** How likely each of them is after a step, from 0 to 1. */
export interface ChaosRates {
  readonly cancel: number;
  readonly delay: number;
  /** Milliseconds that a delay takes at most. */
  readonly delayMs: number;
  /** Only where there is a network. */
  readonly ioError: number;
  readonly wakeStorm: number;
  /** Wake-ups of one storm at most. */
  readonly wakes: number;
  readonly exhaustion: number;
}

export type ChaosPreset = "light" | "heavy";

export const chaosPresets: Readonly<Record<ChaosPreset, ChaosRates>> = {
  light: {
    cancel: 0.01,
    delay: 0.05,
    delayMs: 10,
    ioError: 0.02,
    wakeStorm: 0.01,
    wakes: 4,
    exhaustion: 0.005,
  },
  heavy: {
    cancel: 0.1,
    delay: 0.2,
    delayMs: 100,
    ioError: 0.15,
    wakeStorm: 0.05,
    wakes: 19,
    exhaustion: 0.05,
  },
};

const CHANCES = 1_000_000;

export class Chaos {
  readonly #rates: ChaosRates;
  readonly #random: Random;

  constructor(chaos: ChaosPreset | ChaosRates, seed: number) {
    this.#rates = typeof chaos === "string" ? chaosPresets[chaos] : chaos;
    this.#random = new Random(seed ^ 0x5eed_c4a0);
  }

  afterStep(host: LabHost): void {
    const { cancel, delay, delayMs, ioError, wakeStorm, wakes, exhaustion } = this.#rates;
    if (this.#strikes(cancel)) this.#party(host)?.harm("cancel");
    if (this.#strikes(exhaustion)) this.#party(host)?.harm("exhaust");
    if (this.#strikes(wakeStorm)) {
      const count = 1 + this.#random.below(wakes);
      for (let n = 0; n < count; n++) this.#party(host)?.harm("wake");
    }
    if (this.#strikes(ioError) && host.breakable.length > 0)
      host.breakable[this.#random.below(host.breakable.length)]?.();
    if (this.#strikes(delay)) host.pass(this.#random.below(delayMs * 1_000 + 1));
  }

  #strikes(rate: number): boolean {
    return this.#random.below(CHANCES) < rate * CHANCES;
  }

  #party(host: LabHost) {
    const parties = [...host.announced.values()].flatMap(({ op }) => op.party ?? []);
    return parties.length === 0 ? undefined : parties[this.#random.below(parties.length)];
  }
}

// Paired rounds: within a round every variant is measured once, in rotating order. The first round,
// or the first few, are warm-up and dropped.

import { rotation } from "./statistics.mjs";

/**
 * The costs per round of each variant.
 *
 * @param {readonly { name: string, measure(): Promise<number> }[]} variants
 * @param {number} rounds
 * @param {(text: string) => void} say
 * @param {number} dropped
 * @returns {Promise<number[][]>}
 */
export async function pairedRounds(variants, rounds, say, dropped = 1) {
  const costs = variants.map(() => []);
  for (let round = 1 - dropped; round <= rounds; round++) {
    const told = [];
    for (const place of rotation(variants.length, round + dropped - 1)) {
      const { name, measure } = variants[place];
      const cost = await measure();
      told[place] = `${name} ${figure(cost)}`;
      if (round > 0) costs[place].push(cost);
    }
    say(`${round <= 0 ? "warm-up" : `round ${round}/${rounds}`}: ${told.join(", ")}`);
  }
  return costs;
}

/** Three digits are more than a round is good for. */
export function figure(number) {
  if (number === 0) return "0";
  if (number >= 100) return Math.round(number).toLocaleString("en-US");
  return Number(number.toPrecision(3)).toString();
}

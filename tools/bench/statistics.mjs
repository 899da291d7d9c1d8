// Figures of paired rounds. A round gives each variant one cost; only costs of the same round are
// compared, because the machine's clock differs from one round to the next.

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  if (values.length === 0) throw new RangeError("values: expected at least one");
  const sorted = [...values].sort((left, right) => left - right);
  const half = sorted.length >>> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median, lowest and highest. */
export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Per round the peer's cost divided by ours. */
export function ratios(ours, theirs) {
  if (ours.length !== theirs.length)
    throw new RangeError(
      `rounds: expected as many of both, got ${ours.length} and ${theirs.length}`,
    );
  for (const cost of [...ours, ...theirs])
    if (!(cost > 0 && cost < Infinity))
      throw new RangeError(`cost: expected a positive number, got ${cost}`);
  return theirs.map((cost, round) => cost / ours[round]);
}

/** The order of `count` variants in a round: each of them comes first equally often. */
export function rotation(count, round) {
  return Array.from({ length: count }, (_, place) => (place + round) % count);
}

/** Of several runs of one comparison the one with the lowest median ratio. */
export function lowest(runs) {
  return runs.reduce((low, run) => (run.ratio.median < low.ratio.median ? run : low));
}

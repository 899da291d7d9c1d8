// How fast a cost grows: the exponent of size that fits it best, 1 for linear work.

/** The slope of log cost over log size, by least squares. */
export function exponentOf(sizes: readonly number[], costs: readonly number[]): number {
  const points = sizes.map((size, index) => [Math.log(size), Math.log(costs[index] ?? 0)] as const);
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return covariance / variance;
}

/** The slope between the last two sizes: what a fit smooths over shows here first. */
export function lastSlopeOf(sizes: readonly number[], costs: readonly number[]): number {
  return exponentOf(sizes.slice(-2), costs.slice(-2));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

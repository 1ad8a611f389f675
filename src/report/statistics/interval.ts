/** Intervals, and the quantiles that they are made of. Every interval of a report has 95 % confidence. */

/** `low` ≤ `high`, in the unit of what is estimated. */
export interface Interval {
  low: number;
  high: number;
}

/** 97.5 % point of the standard normal distribution: two-sided 95 %. */
export const normalCritical = 1.959963984540054;

/**
 * 97.5 % point of Student's t for `df` ≥ 1 degrees of freedom: exact for 1 and 2, above by the expansion of Abramowitz
 * and Stegun (1964), 26.7.5, low by at most 0.15 %.
 */
export function studentCritical(df: number): number {
  if (df <= 1) return 12.706204736174707;
  if (df < 3) return 4.302652729749464;
  const z = normalCritical;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, index) => sum + term / df ** (index + 1), z);
}

/** Standard normal distribution function, within 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26). */
export function normalDistribution(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (polynomial * Math.exp((-x * x) / 2)) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** `estimate` ± 1.96 `error`, kept within `least` and `most`. */
export function normalInterval(
  estimate: number,
  error: number,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): Interval {
  const half = normalCritical * error;
  return { low: Math.max(least, estimate - half), high: Math.min(most, estimate + half) };
}

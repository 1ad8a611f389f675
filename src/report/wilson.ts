/** Interval of a proportion. */

export interface Interval {
  low: number;
  high: number;
}

/** Two-sided 95 %. */
const z = 1.959963984540054;

/**
 * Wilson's score interval (E. B. Wilson, JASA 22, 1927) for `successes` of `trials`, at 95 %. Stays within [0, 1] and
 * holds for few trials and for rates near 0 or 1. Null without trials.
 */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const rate = successes / trials;
  const spread = z * z;
  const centre = (rate + spread / (2 * trials)) / (1 + spread / trials);
  const half = (z / (1 + spread / trials)) * Math.sqrt((rate * (1 - rate)) / trials + spread / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Correlation of two measurements of the same things. */
import { type Interval, normalCritical } from './interval.js';

export interface Correlation {
  pairs: number;
  /** −1 to 1; null for fewer than two pairs, or where one of the two does not vary. */
  coefficient: number | null;
  /** 95 %, through Fisher's z; null where the coefficient is, or for fewer than four pairs. */
  interval: Interval | null;
}

/** Pearson's r, with Fisher's interval (Metron 1, 1921). */
export function pearsonCorrelation(pairs: readonly (readonly [number, number])[]): Correlation {
  const coefficient = pearson(pairs);
  return { pairs: pairs.length, coefficient, interval: fisherInterval(coefficient, pairs.length, 1) };
}

/**
 * Spearman's ρ: Pearson's r of the ranks, those of ties averaged. The interval takes the wider standard error of Bonett
 * and Wright (Psychometrika 65, 2000).
 */
export function spearmanCorrelation(pairs: readonly (readonly [number, number])[]): Correlation {
  const first = averageRanks(pairs.map(([value]) => value));
  const second = averageRanks(pairs.map(([, value]) => value));
  const coefficient = pearson(pairs.map((_, index) => [first[index] ?? 0, second[index] ?? 0]));
  const widening = coefficient === null ? 1 : Math.sqrt(1 + coefficient ** 2 / 2);
  return { pairs: pairs.length, coefficient, interval: fisherInterval(coefficient, pairs.length, widening) };
}

/** Ranks from 1, in the order of the values; equal values share the mean of their ranks. */
export function averageRanks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((one, other) => one.value - other.value);
  const ranks = values.map(() => 0);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (order[end] !== undefined && order[end]?.value === order[start]?.value) end++;
    for (const { index } of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function pearson(pairs: readonly (readonly [number, number])[]): number | null {
  if (pairs.length < 2) return null;
  const [meanX, meanY] = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + (pair[side] ?? 0), 0) / pairs.length);
  let [xx, yy, xy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    const [dx, dy] = [x - (meanX ?? 0), y - (meanY ?? 0)];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  const constant = (side: 0 | 1) => pairs.every((pair) => pair[side] === pairs[0]?.[side]);
  return constant(0) || constant(1) ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

function fisherInterval(coefficient: number | null, pairs: number, widening: number): Interval | null {
  if (coefficient === null || pairs < 4) return null;
  if (Math.abs(coefficient) === 1) return { low: coefficient, high: coefficient };
  const half = (normalCritical * widening) / Math.sqrt(pairs - 3);
  const z = Math.atanh(coefficient);
  return { low: Math.tanh(z - half), high: Math.tanh(z + half) };
}

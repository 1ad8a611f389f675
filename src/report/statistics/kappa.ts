/** Agreement of two raters beyond chance. */
import { type Interval, normalInterval } from './interval.js';

/** What two raters said about one thing. */
export type RatingPair<Category> = readonly [first: Category, second: Category];

export interface Kappa {
  /** Things rated by both. */
  pairs: number;
  /** Share of agreement, weighted where weights were asked for: 0 to 1. */
  observed: number | null;
  /** The same, expected from the raters' own frequencies. */
  expected: number | null;
  /** −1 to 1; 0 is chance. Null without pairs, or where both gave one and the same category throughout. */
  kappa: number | null;
  /** 95 %, large-sample (Fleiss, Cohen and Everitt, Psychological Bulletin 72, 1969); null where kappa is. */
  interval: Interval | null;
}

export type KappaWeights = 'none' | 'linear' | 'quadratic';

/** Cohen's kappa (Educational and Psychological Measurement 20, 1960) over categories without an order. */
export function cohenKappa<Category>(pairs: readonly RatingPair<Category>[]): Kappa {
  return kappaOf(pairs, [...new Set(pairs.flat() as Category[])], 'none');
}

/**
 * Weighted kappa (Cohen, Psychological Bulletin 70, 1968): a disagreement counts by the distance of the two categories
 * on `scale`, which lists all of them in order and evenly spaced (0 to 5 for CA), or by its square. Throws a RangeError
 * for a rating that is not on the scale.
 */
export function weightedKappa<Category>(
  pairs: readonly RatingPair<Category>[],
  scale: readonly Category[],
  weights: Exclude<KappaWeights, 'none'>,
): Kappa {
  return kappaOf(pairs, scale, weights);
}

/** `table[i][j]`: how often the first rater said category i and the second j. Throws a RangeError for other categories. */
export function contingencyTable<Category>(
  pairs: readonly RatingPair<Category>[],
  categories: readonly Category[],
): number[][] {
  const places = new Map(categories.map((category, index) => [category, index]));
  const table = categories.map(() => categories.map(() => 0));
  for (const [first, second] of pairs) {
    const [row, column] = [places.get(first), places.get(second)];
    const cells = row === undefined ? undefined : table[row];
    if (cells === undefined || column === undefined)
      throw new RangeError(`a rating (${first}, ${second}) is not among ${categories.join(', ')}`);
    cells[column] = (cells[column] ?? 0) + 1;
  }
  return table;
}

/** Agreement weight of two places on a scale: 1 for the same, 0 for its two ends. */
function weigher(weights: KappaWeights, categories: number): (row: number, column: number) => number {
  const span = Math.max(1, categories - 1);
  if (weights === 'none') return (row, column) => (row === column ? 1 : 0);
  const power = weights === 'linear' ? 1 : 2;
  return (row, column) => 1 - (Math.abs(row - column) / span) ** power;
}

function kappaOf<Category>(
  pairs: readonly RatingPair<Category>[],
  categories: readonly Category[],
  weights: KappaWeights,
): Kappa {
  const total = pairs.length;
  if (total === 0) return { pairs: 0, observed: null, expected: null, kappa: null, interval: null };
  const shares = contingencyTable(pairs, categories).map((row) => row.map((count) => count / total));
  const weight = weigher(weights, categories.length);
  const rows = shares.map((row) => sum(row));
  const columns = categories.map((_, column) => sum(shares.map((row) => row[column] ?? 0)));
  const over = (value: (row: number, column: number) => number) =>
    sum(categories.map((_, row) => sum(categories.map((__, column) => value(row, column)))));
  const observed = over((row, column) => weight(row, column) * (shares[row]?.[column] ?? 0));
  const expected = over((row, column) => weight(row, column) * (rows[row] ?? 0) * (columns[column] ?? 0));
  const room = 1 - expected;
  if (room < 1e-12) return { pairs: total, observed, expected, kappa: null, interval: null };
  const kappa = (observed - expected) / room;
  const rowMeans = categories.map((_, row) => sum(columns.map((share, column) => share * weight(row, column))));
  const columnMeans = categories.map((_, column) => sum(rows.map((share, row) => share * weight(row, column))));
  const spread = over((row, column) => {
    const inner = weight(row, column) - ((rowMeans[row] ?? 0) + (columnMeans[column] ?? 0)) * (1 - kappa);
    return (shares[row]?.[column] ?? 0) * inner ** 2;
  });
  const variance = Math.max(0, spread - (kappa - expected * (1 - kappa)) ** 2) / (total * room ** 2);
  return { pairs: total, observed, expected, kappa, interval: normalInterval(kappa, Math.sqrt(variance), -1, 1) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

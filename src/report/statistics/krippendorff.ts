/** Krippendorff's alpha: reliability of any number of raters, with gaps. */

/** `ordinal` and `interval` take the numbers as ranks and as quantities; `nominal` only asks whether they are equal. */
export type Measurement = 'nominal' | 'ordinal' | 'interval';

/**
 * Krippendorff's α (Content Analysis, 4th edition, 2019, chapter 12) over `units`: each lists what its raters said, null
 * where one said nothing. 1 is perfect, 0 is chance, below 0 is systematic disagreement. Units with fewer than two
 * ratings say nothing and do not count. Null without two ratings of one unit, or where all ratings are equal.
 */
export function krippendorffAlpha(
  units: readonly (readonly (number | null)[])[],
  measurement: Measurement,
): number | null {
  const rated = units.map((unit) => unit.filter((value) => value !== null)).filter((values) => values.length >= 2);
  const values = [...new Set(rated.flat())].sort((one, other) => one - other);
  if (values.length < 2) return null;
  const coincidences = coincidencesOf(rated, values);
  const totals = coincidences.map((row) => row.reduce((sum, count) => sum + count, 0));
  const ratings = totals.reduce((sum, count) => sum + count, 0);
  const difference = differenceOf(measurement, values, totals);
  let observed = 0;
  let expected = 0;
  for (const [row, counts] of coincidences.entries()) {
    for (const [column, count] of counts.entries()) {
      const squared = difference(row, column);
      observed += count * squared;
      expected += (totals[row] ?? 0) * (totals[column] ?? 0) * squared;
    }
  }
  return 1 - ((ratings - 1) * observed) / expected;
}

/** How often two values were given to one unit: every unit of m ratings spreads m over its ordered pairs. */
function coincidencesOf(units: readonly (readonly number[])[], values: readonly number[]): number[][] {
  const places = new Map(values.map((value, index) => [value, index]));
  const table = values.map(() => values.map(() => 0));
  for (const unit of units) {
    const counts = values.map(() => 0);
    for (const value of unit) counts[places.get(value) ?? 0] = (counts[places.get(value) ?? 0] ?? 0) + 1;
    for (const [row, cells] of table.entries()) {
      for (const column of cells.keys()) {
        const pairs = (counts[row] ?? 0) * ((counts[column] ?? 0) - (row === column ? 1 : 0));
        cells[column] = (cells[column] ?? 0) + pairs / (unit.length - 1);
      }
    }
  }
  return table;
}

/** Squared difference of two values, by their places. */
function differenceOf(
  measurement: Measurement,
  values: readonly number[],
  totals: readonly number[],
): (row: number, column: number) => number {
  if (measurement === 'nominal') return (row, column) => (row === column ? 0 : 1);
  if (measurement === 'interval') return (row, column) => ((values[row] ?? 0) - (values[column] ?? 0)) ** 2;
  // How many ratings lie at or below each value, half of those at it: the mean rank.
  let below = 0;
  const ranks = totals.map((total) => {
    const rank = below + total / 2;
    below += total;
    return rank;
  });
  return (row, column) => ((ranks[row] ?? 0) - (ranks[column] ?? 0)) ** 2;
}

/**
 * One value from many: the samples of each judge first, then the judges of the panel, so that a judge that is asked more
 * often does not count for more. What could not be read is left out, and where that is more than half, nothing is left.
 */
import type { Reduction } from '../domain/index.js';

/** `majority` is for agreement: 1 where more than half say 1, else 0. A tie is no agreement. */
export type Reducer = Reduction | 'majority';

/** Null values are left out. Null where fewer than half are there, or none were asked for. */
export function reduceValues(values: readonly (number | null)[], reducer: Reducer): number | null {
  const read = values.filter((value) => value !== null);
  if (read.length === 0 || read.length < values.length / 2) return null;
  switch (reducer) {
    case 'mean':
      return mean(read);
    case 'median':
      return median(read);
    case 'majority':
      return mean(read) > 0.5 ? 1 : 0;
  }
}

/** One entry per judge, each with the values of its samples and how these are reduced; `reducer` is that of the panel. */
export function reducePanel(
  judges: readonly { values: readonly (number | null)[]; reducer: Reducer }[],
  reducer: Reducer,
): number | null {
  return reduceValues(
    judges.map((judge) => reduceValues(judge.values, judge.reducer)),
    reducer,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of an even number of values, the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return mean(sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1));
}

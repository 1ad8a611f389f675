/** Correction of p-values where several questions are asked of the same data. */

/**
 * Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979): adjusted p-values, in the order given, 0 to
 * 1. Rejecting those below α keeps the chance of any false rejection below α, whatever the tests have in common. Nulls
 * are tests that could not be made: they stay null and do not count.
 */
export function holmCorrection(pValues: readonly (number | null)[]): (number | null)[] {
  const made = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((one, other) => one.p - other.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let floor = 0;
  for (const [rank, { p, index }] of made.entries()) {
    floor = Math.max(floor, Math.min(1, (made.length - rank) * p));
    adjusted[index] = floor;
  }
  return adjusted;
}

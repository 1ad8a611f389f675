/** What the utilities of two sides come to (DecompR, arXiv 2605.26878, and two readings that need no weights). */
import type { StakeholderScores } from '../domain/index.js';

/** Σ w·u, 0 to 5. Null where one of the utilities is. */
export function decomposedReward({ weights, utilities }: StakeholderScores): number | null {
  const { A, B } = utilities;
  return A === null || B === null ? null : weights.A * A + weights.B * B;
}

/** How the side that is served worse fares, 0 to 5. */
export function leastUtility(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.min(a, b);
}

/** Nash's product u_A · u_B over a disagreement point of 0 (J. Nash, Econometrica 18, 1950); 0 to 25. */
export function nashProduct(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

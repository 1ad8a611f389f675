/** Interval of a mean over values that come in clusters, in closed form: for every line of a report. */
import { type Interval, studentCritical } from './interval.js';

/** What one cluster contributes to a mean. */
export interface ClusterSum {
  sum: number;
  /** How many values make the sum. */
  count: number;
}

/**
 * 95 % interval of a mean, clusters being what was sampled: the linearised variance between clusters, and Student's t
 * with one degree of freedom less than there are clusters (Cochran, Sampling Techniques, 1977, sections 6.3 and 9A). In
 * the unit of the values, kept within the `least` and `most` that they can be. Null for fewer than three clusters with
 * values: of two, the interval would be wider than any scale.
 */
export function clusteredMeanInterval(
  clusters: readonly ClusterSum[],
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: { least?: number; most?: number } = {},
): Interval | null {
  const filled = clusters.filter(({ count }) => count > 0);
  const clusterCount = filled.length;
  if (clusterCount < 3) return null;
  const count = filled.reduce((total, cluster) => total + cluster.count, 0);
  const mean = filled.reduce((total, cluster) => total + cluster.sum, 0) / count;
  const squares = filled.reduce((total, cluster) => total + (cluster.sum - mean * cluster.count) ** 2, 0);
  const error = Math.sqrt((clusterCount / (clusterCount - 1)) * squares) / count;
  const half = studentCritical(clusterCount - 1) * error;
  return { low: Math.max(least, mean - half), high: Math.min(most, mean + half) };
}

/** Bootstrap intervals over clusters: what shares a dilemma is drawn together. Seeded: the same input gives the same. */
import { deriveSeed, seededRandom } from '../../domain/index.js';
import type { ClusterSum } from './clustered-mean.js';
import { type Interval, normalDistribution, studentCritical } from './interval.js';

export interface BootstrapOptions {
  /** How often the clusters are drawn again. */
  replicates?: number;
  seed?: number;
}

export const defaultReplicates = 2000;

/**
 * 95 % interval of `statistic` over whole clusters drawn with replacement (Davison and Hinkley, Bootstrap Methods and
 * their Application, 1997, section 3.8). Percentile, with the percentiles moved outwards for few clusters (Hesterberg,
 * The American Statistician 69, 2015, section 3.3: the expanded percentile interval), as plain percentiles are too
 * narrow by (t/z)·√(k/(k−1)). Draws whose statistic is null are left out. Null for fewer than two clusters, or where
 * under half of the draws give a statistic.
 */
export function bootstrapInterval<Cluster>(
  clusters: readonly Cluster[],
  statistic: (drawn: readonly Cluster[]) => number | null,
  { replicates = defaultReplicates, seed = 0 }: BootstrapOptions = {},
): Interval | null {
  const count = clusters.length;
  if (count < 2) return null;
  const random = seededRandom(deriveSeed('bootstrap', seed));
  const values: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    const drawn = clusters.map(() => clusters[Math.floor(random() * count)] as Cluster);
    const value = statistic(drawn);
    if (value !== null) values.push(value);
  }
  if (values.length < replicates / 2 || values.length === 0) return null;
  return percentiles(Float64Array.from(values), count);
}

/** One thing measured under two conditions, such as one scenario answered by two systems. */
export interface Pair {
  /** What pairs have in common that are not independent: the dilemma. */
  cluster: string;
  a: number;
  b: number;
}

export interface PairedDifference {
  pairs: number;
  clusters: number;
  /** Mean of a − b; null without pairs. */
  difference: number | null;
  /** Null for fewer than two clusters. */
  interval: Interval | null;
}

/** The mean of a − b over pairs, with its bootstrap interval clustered by `cluster`. In the unit of a and b. */
export function pairedDifference(pairs: readonly Pair[], options: BootstrapOptions = {}): PairedDifference {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { cluster, a, b } of pairs) {
    const held = sums.get(cluster) ?? { sum: 0, count: 0 };
    sums.set(cluster, { sum: held.sum + a - b, count: held.count + 1 });
  }
  const clusters = [...sums.values()];
  const total = clusters.reduce((sum, cluster) => sum + cluster.sum, 0);
  return {
    pairs: pairs.length,
    clusters: clusters.length,
    difference: pairs.length === 0 ? null : total / pairs.length,
    interval: meanInterval(clusters, options),
  };
}

/** Bootstrap interval of a mean over clustered values: as `bootstrapInterval`, without building each draw. */
export function meanInterval(
  clusters: readonly ClusterSum[],
  { replicates = defaultReplicates, seed = 0 }: BootstrapOptions = {},
): Interval | null {
  const clusterCount = clusters.length;
  if (clusterCount < 2) return null;
  const random = seededRandom(deriveSeed('bootstrap', seed));
  const sums = Float64Array.from(clusters, ({ sum }) => sum);
  const counts = Float64Array.from(clusters, ({ count }) => count);
  const values = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    let sum = 0;
    let count = 0;
    for (let drawn = 0; drawn < clusterCount; drawn++) {
      const pick = Math.floor(random() * clusterCount);
      sum += sums[pick] ?? 0;
      count += counts[pick] ?? 0;
    }
    values[replicate] = sum / count;
  }
  return percentiles(values, clusterCount);
}

/** The expanded percentiles of the values, which are sorted in place. */
function percentiles(values: Float64Array, clusters: number): Interval {
  values.sort();
  const tail = normalDistribution(-Math.sqrt(clusters / (clusters - 1)) * studentCritical(clusters - 1));
  return { low: quantile(values, tail), high: quantile(values, 1 - tail) };
}

/** Linear between order statistics. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** Intervals of a proportion. */
import { type Interval, normalCritical, studentCritical } from './interval.js';

/**
 * Wilson's score interval (E. B. Wilson, JASA 22, 1927) for `successes` of `trials`, at 95 %. Stays within [0, 1] and
 * holds for few trials and for rates near 0 or 1. `trials` may be a fraction: an effective sample size. Null without
 * trials.
 */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const rate = successes / trials;
  const square = normalCritical * normalCritical;
  const centre = (rate + square / (2 * trials)) / (1 + square / trials);
  const half =
    (normalCritical / (1 + square / trials)) * Math.sqrt((rate * (1 - rate)) / trials + square / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** What one cluster (the episodes of one dilemma, say) contributes to a proportion. */
export interface ClusterCount {
  successes: number;
  trials: number;
}

/**
 * How many independent trials the clustered ones are worth: trials divided by the design effect (at least 1), and by
 * (t/z)² for the number of clusters (Korn and Graubard, Survey Methodology 24, 1998; the variance of the rate is the
 * linearised one between clusters), but never fewer than there are clusters: even if all trials of a cluster are alike,
 * it counts for one. Equals the trials where every cluster has one, or where there is a single cluster and nothing can
 * be told; where all clusters are all successes or all failures, the design effect is taken as 1.
 */
export function effectiveTrials(clusters: readonly ClusterCount[]): number {
  const filled = clusters.filter(({ trials }) => trials > 0);
  const trials = filled.reduce((sum, cluster) => sum + cluster.trials, 0);
  const count = filled.length;
  if (count < 2 || count === trials) return trials;
  const rate = filled.reduce((sum, cluster) => sum + cluster.successes, 0) / trials;
  const squares = filled.reduce((sum, cluster) => sum + (cluster.successes - rate * cluster.trials) ** 2, 0);
  const variance = ((count / (count - 1)) * squares) / trials ** 2;
  const designEffect = variance === 0 ? 1 : Math.max(1, variance / ((rate * (1 - rate)) / trials));
  return Math.max(count, (trials / designEffect) * (normalCritical / studentCritical(count - 1)) ** 2);
}

/** Wilson's interval on the effective number of trials; the plain one where every cluster has one trial. Null without trials. */
export function clusteredWilsonInterval(clusters: readonly ClusterCount[]): Interval | null {
  const trials = clusters.reduce((sum, cluster) => sum + cluster.trials, 0);
  if (trials === 0) return null;
  const effective = effectiveTrials(clusters);
  const successes = clusters.reduce((sum, cluster) => sum + cluster.successes, 0);
  return wilsonInterval((successes / trials) * effective, effective);
}

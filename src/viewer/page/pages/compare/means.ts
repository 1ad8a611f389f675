/** Mean rewards of runs on one line: how far they are apart, and where their marks go. Pure. */
import type { CompareAnswer } from '../../../api.js';

type Shared = CompareAnswer['shared'][number];

/** Greatest less least mean. */
export function gapOf({ reward_means }: Pick<Shared, 'reward_means'>): number {
  return Math.max(...reward_means) - Math.min(...reward_means);
}

/** Marks that would lie on each other stand beside each other instead, around their middle. */
export function clusterMeans(means: readonly number[], top: number): { mean: number; members: number[] }[] {
  const near = top * 0.035;
  const clusters: { mean: number; members: number[] }[] = [];
  const order = means
    .map((_, index) => index)
    .sort((one, other) => (means[one] ?? 0) - (means[other] ?? 0) || one - other);
  for (const index of order) {
    const mean = means[index] ?? 0;
    const last = clusters.at(-1);
    if (last !== undefined && mean - (means[last.members.at(-1) ?? 0] ?? 0) < near) last.members.push(index);
    else clusters.push({ mean, members: [index] });
  }
  for (const cluster of clusters) {
    cluster.mean = cluster.members.reduce((sum, index) => sum + (means[index] ?? 0), 0) / cluster.members.length;
    cluster.members.sort((one, other) => one - other);
  }
  return clusters;
}

/** The standing of each episode within its group. Derived whenever needed, never stored as truth. */

/** Mean and population standard deviation over what is graded; null where nothing is. */
export interface GroupStatistics {
  graded: number;
  mean: number | null;
  std: number | null;
  min: number | null;
  max: number | null;
}

/**
 * Rewards no further apart than this are equal and have a spread of exactly 0: noise must not be divided by noise, and
 * the same score summed in another order is not another score. The SQL views say the same.
 */
const rounding = 1e-9;

export function groupStatistics(rewards: readonly (number | null)[]): GroupStatistics {
  const graded = rewards.filter((reward) => reward !== null);
  if (graded.length === 0) return { graded: 0, mean: null, std: null, min: null, max: null };
  const min = Math.min(...graded);
  const max = Math.max(...graded);
  const mean = graded.reduce((sum, reward) => sum + reward, 0) / graded.length;
  const variance = graded.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / graded.length;
  return { graded: graded.length, mean, std: max - min <= rounding ? 0 : Math.sqrt(variance), min, max };
}

/**
 * GRPO's advantage, (reward − group mean) / group std (arXiv 2603.10476), with the population std over the graded
 * episodes. 0 throughout a group without spread; null where the reward is null.
 */
export function groupAdvantages(rewards: readonly (number | null)[]): (number | null)[] {
  const { mean, std } = groupStatistics(rewards);
  return rewards.map((reward) => {
    if (reward === null || mean === null || std === null) return null;
    return std === 0 ? 0 : (reward - mean) / std;
  });
}

/** Episodes by their group, groups in order of first appearance. */
export function groupsOf<T extends { group_id: string }>(episodes: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const episode of episodes) {
    const group = groups.get(episode.group_id);
    if (group === undefined) groups.set(episode.group_id, [episode]);
    else group.push(episode);
  }
  return [...groups.values()];
}

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
  // A whole run may come here: too many for Math.min(...graded).
  const min = graded.reduce((one, other) => Math.min(one, other));
  const max = graded.reduce((one, other) => Math.max(one, other));
  const mean = graded.reduce((sum, reward) => sum + reward, 0) / graded.length;
  const variance = graded.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / graded.length;
  return { graded: graded.length, mean, std: max - min <= rounding ? 0 : Math.sqrt(variance), min, max };
}

/**
 * How a reward r becomes an advantage, in a group with mean m, population std s and n graded episodes:
 *
 * - `grpo`      (r − m) / (s + ε)            DeepSeekMath, arXiv 2402.03300; Learning to Negotiate, arXiv 2603.10476
 * - `dr-grpo`   r − m                        Liu et al., arXiv 2503.20783
 * - `rloo`      r − mean of the others = (r − m) · n / (n − 1)    Ahmadian et al., arXiv 2402.14740
 * - `batch-std` (r − m) / (S + ε), S the std of all r − m of the run    Hu et al. (REINFORCE++), arXiv 2501.03262
 * - `raw`       r
 */
export const advantageKinds = ['grpo', 'dr-grpo', 'rloo', 'batch-std', 'raw'] as const;
export type AdvantageKind = (typeof advantageKinds)[number];

/** Stamped on every row: changes whenever a formula does. */
export const advantageVersion = 1;

export interface AdvantageOptions {
  kind: AdvantageKind;
  /** ε, added to a std before dividing. */
  epsilon: number;
  /** A group whose rewards lie no further apart counts as noise: its advantages are 0 (but for `raw`). */
  minSpread: number;
  /** S of `batch-std`, from `batchStd`; not used by the others. */
  batchStd?: number;
}

/** The protocol's own choice. */
export const defaultAdvantage: AdvantageOptions = { kind: 'grpo', epsilon: 0, minSpread: 0 };

/** Null where the reward is null. Groups without spread have advantages of exactly 0. */
export function groupAdvantages(
  rewards: readonly (number | null)[],
  { kind, epsilon, minSpread, batchStd = 0 }: AdvantageOptions = defaultAdvantage,
): (number | null)[] {
  const { graded, mean, std, min, max } = groupStatistics(rewards);
  return rewards.map((reward) => {
    if (reward === null || mean === null || std === null || min === null || max === null) return null;
    if (kind === 'raw') return reward;
    if (std === 0 || max - min <= minSpread) return 0;
    const centred = reward - mean;
    if (kind === 'dr-grpo') return centred;
    if (kind === 'rloo') return (centred * graded) / (graded - 1);
    return centred / ((kind === 'grpo' ? std : batchStd) + epsilon);
  });
}

/** The population std of all graded rewards about the mean of their own group; 0 where nothing is graded. */
export function batchStd(groups: readonly (readonly (number | null)[])[]): number {
  const squares = groups.flatMap((rewards) => {
    const { mean } = groupStatistics(rewards);
    return rewards.flatMap((reward) => (reward === null || mean === null ? [] : [(reward - mean) ** 2]));
  });
  return squares.length === 0 ? 0 : Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
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

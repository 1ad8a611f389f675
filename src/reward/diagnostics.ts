/** What a group can teach, before a trainer spends hours on it: spread, nulls, length, duplicates. Pure. */
import { batchStd, groupAdvantages, groupStatistics } from './advantage.js';

export interface DiagnosedEpisode {
  reward: number | null;
  components: Readonly<Record<string, number>>;
  /** Pending and running episodes leave their group short. */
  status: 'pending' | 'running' | 'done' | 'failed';
  outcome: 'agreed' | 'deadlocked' | null;
  /** The pair's stances were dealt the other way round. */
  swapped: boolean;
  failure: string | null;
  /** Tells completions apart without holding them all; null without one. */
  completion_hash: string | null;
  /** The text of some completions, for `distinct_2`; null for the rest. */
  completion_sample: string | null;
  learner_tokens: number;
  /** Tokens of all calls of the episode. */
  tokens: number;
  /** A call of it succeeded only after another try. */
  retried: boolean;
  truncated: boolean;
}

export interface Moments {
  mean: number | null;
  std: number | null;
  min: number | null;
  max: number | null;
}

export interface GroupDiagnostics {
  groups: { planned: number; complete: number; short: number };
  /** Of complete groups with two graded episodes or more. Shares are null where there is none. */
  zero_variance: { share: number | null; all_max: number; all_min: number; between: number };
  /** Share of groups with 0 < std < the scorer's test–retest SD; null where that SD was not given. */
  noise_share: number | null;
  reward: Moments;
  components: Readonly<Record<string, Moments>>;
  /** Episodes without a reward, by cause. */
  nulls: Readonly<Record<string, number>>;
  truncated_share: number | null;
  refused_share: number | null;
  /** Mean over groups of the correlation of reward and learner tokens; null where none can be had. */
  reward_length_correlation: number | null;
  /** Greatest and 99th percentile of |advantage| under three ways of scaling. */
  advantage: Readonly<Record<'std' | 'none' | 'batch', { max: number | null; p99: number | null }>>;
  duplicate_completion_share: number | null;
  /** Distinct bigrams over bigrams of the sampled completions; null without any. */
  distinct_2: number | null;
  retried: { share: number | null; reward_gap: number | null };
  /** Agreed of settled episodes, as the pair is written and with its stances in the other seats. */
  agreement_rate: { as_written: number | null; swapped: number | null };
  /** Tokens and dollars of the run for each group that carries a signal; dollars null without prices. */
  tokens_per_live_group: number | null;
  usd_per_live_group: number | null;
}

/** `retestSd`: SD of the scorer on the same text; null where unknown. `top`: the greatest reward there can be. `usd`: what the run cost. */
export function diagnoseGroups(
  groups: readonly (readonly DiagnosedEpisode[])[],
  { retestSd = null, top = 5, usd = null }: { retestSd?: number | null; top?: number; usd?: number | null } = {},
): GroupDiagnostics {
  const episodes = groups.flat();
  const complete = groups.filter((group) => group.every(({ status }) => status === 'done' || status === 'failed'));
  const comparable = complete
    .map((group) => groupStatistics(group.map(({ reward }) => reward)))
    .filter(({ graded }) => graded > 1);
  const flat = comparable.filter(({ std }) => std === 0);
  const live = comparable.length - flat.length;
  const tokens = episodes.reduce((sum, episode) => sum + episode.tokens, 0);
  return {
    groups: { planned: groups.length, complete: complete.length, short: groups.length - complete.length },
    zero_variance: {
      share: share(flat.length, comparable.length),
      all_max: flat.filter(({ max }) => max === top).length,
      all_min: flat.filter(({ min }) => min === 0).length,
      between: flat.filter(({ min, max }) => min !== 0 && max !== top).length,
    },
    noise_share:
      retestSd === null
        ? null
        : share(comparable.filter(({ std }) => std !== null && std > 0 && std < retestSd).length, comparable.length),
    reward: momentsOf(episodes.map(({ reward }) => reward)),
    components: componentMoments(episodes),
    nulls: counted(episodes.filter(({ reward }) => reward === null).map(({ failure, status }) => failure ?? status)),
    truncated_share: share(episodes.filter(({ truncated }) => truncated).length, episodes.length),
    refused_share: share(episodes.filter(({ failure }) => failure === 'refused').length, episodes.length),
    reward_length_correlation: meanOf(groups.map(correlationWithLength).filter((value) => value !== null)),
    advantage: advantageExtremes(groups.map((group) => group.map(({ reward }) => reward))),
    ...varietyOf(episodes),
    retried: retriedOf(episodes),
    agreement_rate: { as_written: agreementRate(episodes, false), swapped: agreementRate(episodes, true) },
    tokens_per_live_group: live === 0 ? null : tokens / live,
    usd_per_live_group: live === 0 || usd === null ? null : usd / live,
  };
}

function momentsOf(values: readonly (number | null)[]): Moments {
  const { mean, std, min, max } = groupStatistics(values);
  return { mean, std, min, max };
}

function componentMoments(episodes: readonly DiagnosedEpisode[]): Record<string, Moments> {
  const names = [...new Set(episodes.flatMap(({ components }) => Object.keys(components)))];
  return Object.fromEntries(
    names.map((name) => [name, momentsOf(episodes.map(({ components }) => components[name] ?? null))]),
  );
}

function advantageExtremes(groups: readonly (readonly (number | null)[])[]): GroupDiagnostics['advantage'] {
  const extremes = (kind: 'grpo' | 'dr-grpo' | 'batch-std') => {
    const options = { kind, epsilon: 0, minSpread: 0, batchStd: batchStd(groups) };
    const sizes = groups
      .flatMap((rewards) => groupAdvantages(rewards, options))
      .flatMap((advantage) => (advantage === null ? [] : [Math.abs(advantage)]))
      .sort((one, other) => one - other);
    return { max: sizes.at(-1) ?? null, p99: sizes[Math.ceil(sizes.length * 0.99) - 1] ?? null };
  };
  return { std: extremes('grpo'), none: extremes('dr-grpo'), batch: extremes('batch-std') };
}

/** Pearson's r of reward and learner tokens; null where either does not vary. */
function correlationWithLength(group: readonly DiagnosedEpisode[]): number | null {
  const graded = group.filter(({ reward }) => reward !== null);
  const rewards = momentsOf(graded.map(({ reward }) => reward));
  const lengths = momentsOf(graded.map(({ learner_tokens }) => learner_tokens));
  if (!rewards.std || !lengths.std) return null;
  const products = graded.map(
    ({ reward, learner_tokens }) => ((reward ?? 0) - (rewards.mean ?? 0)) * (learner_tokens - (lengths.mean ?? 0)),
  );
  return (meanOf(products) ?? 0) / (rewards.std * lengths.std);
}

function varietyOf(
  episodes: readonly DiagnosedEpisode[],
): Pick<GroupDiagnostics, 'duplicate_completion_share' | 'distinct_2'> {
  const hashes = episodes.flatMap(({ completion_hash }) => (completion_hash === null ? [] : [completion_hash]));
  const sample = episodes.flatMap(({ completion_sample }) => (completion_sample === null ? [] : [completion_sample]));
  const bigrams = sample.flatMap((text) => {
    const words = text.toLowerCase().split(/\s+/);
    return words.slice(1).map((word, index) => `${words[index]} ${word}`);
  });
  return {
    duplicate_completion_share: share(hashes.length - new Set(hashes).size, hashes.length),
    distinct_2: share(new Set(bigrams).size, bigrams.length),
  };
}

function retriedOf(episodes: readonly DiagnosedEpisode[]): GroupDiagnostics['retried'] {
  const rewardsWhere = (retried: boolean) =>
    meanOf(
      episodes.flatMap((episode) => (episode.retried === retried && episode.reward !== null ? [episode.reward] : [])),
    );
  const [again, once] = [rewardsWhere(true), rewardsWhere(false)];
  return {
    share: share(episodes.filter(({ retried }) => retried).length, episodes.length),
    reward_gap: again === null || once === null ? null : again - once,
  };
}

function agreementRate(episodes: readonly DiagnosedEpisode[], swapped: boolean): number | null {
  const settled = episodes.filter((episode) => episode.swapped === swapped && episode.outcome !== null);
  return share(settled.filter(({ outcome }) => outcome === 'agreed').length, settled.length);
}

function counted(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

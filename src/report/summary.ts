/** The figures of a run, from its episodes alone. Pure: the same rows give the same summary. */
import { type Tier, tiers } from '../domain/index.js';
import { groupStatistics, groupsOf, leastUtility, nashProduct } from '../reward/index.js';
import type { AttemptCount, EpisodeFigures, ModelUsage } from '../store/index.js';
import { createTally, type Figures, type Tally } from './figures.js';
import type { SurvivalCurve } from './statistics/index.js';

/** Of episodes scored by decomposition. Means are null where there is nothing to average. */
export interface StakeholderFigures {
  /** Episodes with both utilities. */
  scored: number;
  /** How well completions served the sides in seats A and B, 0 to 5. */
  utility_a: number | null;
  utility_b: number | null;
  /** The lesser of the two, 0 to 5, and their product, 0 to 25. */
  utility_min: number | null;
  utility_nash: number | null;
  /** How far the two lie apart, 0 to 5: the dispersion under which a holistic judge's weights drift most. */
  utility_gap: number | null;
  /** Over groups: how far the weights of the two sides lie apart, 0 (equal) to 1 (one side alone). */
  weight_gap: number | null;
  /** Over groups: the sample standard deviation of the weight of side A. */
  weight_sd: number | null;
}

export interface OutcomeLine {
  outcome: 'agreed' | 'deadlocked' | null;
  episodes: number;
  rounds_mean: number | null;
  reward_mean: number | null;
}

export interface GroupFigures {
  groups: number;
  /** Groups with at least one graded episode. */
  graded: number;
  /** Graded groups of two or more whose rewards are all equal: they carry no learning signal. */
  zero_variance: number;
  /** Of graded groups of two or more; null without any. */
  zero_variance_share: number | null;
  /** Means over graded groups of their least, mean and greatest reward (the CA score; in training a deadlock has 0). */
  reward_min: number | null;
  reward_mean: number | null;
  reward_max: number | null;
}

export interface Summary {
  overall: Figures;
  /** Highest stakes first; domains and pairs by name. */
  tiers: ({ tier: Tier } & Figures)[];
  domains: ({ domain: string } & Figures)[];
  pairs: ({ pair: string } & Figures)[];
  /** Null where no episode was scored by decomposition. */
  stakeholders: StakeholderFigures | null;
  outcomes: OutcomeLine[];
  /** Rounds until agreement: the share that has not agreed yet, deadlocks being censored. */
  survival: SurvivalCurve;
  groups: GroupFigures;
  /** Failure code and how often it ended an episode or left it ungraded. */
  failures: { code: string; episodes: number }[];
  /** Tries that failed, by cause: of calls that succeeded later, and of calls that never did. */
  failed_attempts: AttemptCount[];
  usage: ModelUsage[];
  tokens: { prompt: number; completion: number; total: number };
}

export function summarise(
  episodes: readonly EpisodeFigures[],
  usage: readonly ModelUsage[],
  failedAttempts: readonly AttemptCount[] = [],
): Summary {
  const prompt = sum(usage.map((model) => model.prompt_tokens));
  const completion = sum(usage.map((model) => model.completion_tokens));
  const overall = createTally();
  const byTier = new Map<Tier, Tally>();
  const byDomain = new Map<string, Tally>();
  const byPair = new Map<string, Tally>();
  for (const episode of episodes) {
    overall.add(episode);
    tallyOf(byTier, episode.tier).add(episode);
    tallyOf(byDomain, episode.domain).add(episode);
    tallyOf(byPair, episode.pair_id).add(episode);
  }
  return {
    overall: overall.figures(),
    tiers: tiers.flatMap((tier) => {
      const tally = byTier.get(tier);
      return tally === undefined ? [] : [{ tier, ...tally.figures() }];
    }),
    domains: byName(byDomain).map(([domain, tally]) => ({ domain, ...tally.figures() })),
    pairs: byName(byPair).map(([pair, tally]) => ({ pair, ...tally.figures() })),
    stakeholders: stakeholderFiguresOf(episodes),
    outcomes: outcomesOf(episodes),
    survival: overall.survival(),
    groups: groupFiguresOf(episodes),
    failures: failuresOf(episodes),
    failed_attempts: [...failedAttempts],
    usage: [...usage],
    tokens: { prompt, completion, total: prompt + completion },
  };
}

/** The tally under a name; a new one the first time. */
export function tallyOf<Key>(tallies: Map<Key, Tally>, key: Key): Tally {
  const held = tallies.get(key) ?? createTally();
  tallies.set(key, held);
  return held;
}

function byName<Value>(entries: ReadonlyMap<string, Value>): [string, Value][] {
  return [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
}

function stakeholderFiguresOf(episodes: readonly EpisodeFigures[]): StakeholderFigures | null {
  const weights = groupsOf(episodes.filter(({ weight_a }) => weight_a !== null)).map(([first]) => first?.weight_a ?? 0);
  if (weights.length === 0) return null;
  const scored = episodes.flatMap(({ utility_a: a, utility_b: b }) => (a === null || b === null ? [] : [{ a, b }]));
  return {
    scored: scored.length,
    utility_a: mean(scored.map(({ a }) => a)),
    utility_b: mean(scored.map(({ b }) => b)),
    utility_min: mean(scored.map(({ a, b }) => leastUtility(a, b) ?? 0)),
    utility_nash: mean(scored.map(({ a, b }) => nashProduct(a, b) ?? 0)),
    utility_gap: mean(scored.map(({ a, b }) => Math.abs(a - b))),
    weight_gap: mean(weights.map((weight) => Math.abs(2 * weight - 1))),
    weight_sd: sampleSd(weights),
  };
}

function outcomesOf(episodes: readonly EpisodeFigures[]): OutcomeLine[] {
  const none = () => ({ episodes: 0, rounds: 0, begun: 0, reward: 0, graded: 0 });
  const sums = { agreed: none(), deadlocked: none(), none: none() };
  for (const { outcome, rounds, reward } of episodes) {
    const held = sums[outcome ?? 'none'];
    held.episodes++;
    if (rounds !== null) {
      held.rounds += rounds;
      held.begun++;
    }
    if (reward !== null) {
      held.reward += reward;
      held.graded++;
    }
  }
  return (['agreed', 'deadlocked', null] as const)
    .map((outcome) => {
      const { episodes: count, rounds, begun, reward, graded } = sums[outcome ?? 'none'];
      const rounds_mean = begun === 0 ? null : rounds / begun;
      return { outcome, episodes: count, rounds_mean, reward_mean: graded === 0 ? null : reward / graded };
    })
    .filter((line) => line.episodes > 0);
}

function groupFiguresOf(episodes: readonly EpisodeFigures[]): GroupFigures {
  const groups = groupsOf(episodes);
  const statistics = groups.map((group) => groupStatistics(group.map(({ reward }) => reward)));
  const graded = statistics.filter((group) => group.graded > 0);
  const comparable = graded.filter((group) => group.graded > 1);
  const zeroVariance = comparable.filter(({ std }) => std === 0).length;
  return {
    groups: groups.length,
    graded: graded.length,
    zero_variance: zeroVariance,
    zero_variance_share: comparable.length === 0 ? null : zeroVariance / comparable.length,
    reward_min: mean(graded.map(({ min }) => min ?? 0)),
    reward_mean: mean(graded.map((group) => group.mean ?? 0)),
    reward_max: mean(graded.map(({ max }) => max ?? 0)),
  };
}

function failuresOf(episodes: readonly EpisodeFigures[]): { code: string; episodes: number }[] {
  const counts = new Map<string, number>();
  for (const { failure } of episodes) if (failure !== null) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, episodes: count }))
    .sort((one, other) => other.episodes - one.episodes);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

function sampleSd(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

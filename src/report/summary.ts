/** The figures of a run, from its episodes alone. Pure: the same rows give the same report. */
import { type Tier, tiers } from '../domain/index.js';
import { groupStatistics, groupsOf, leastUtility, nashProduct } from '../reward/index.js';
import type { EpisodeRow, ModelUsage } from '../store/index.js';
import { type Interval, wilsonInterval } from './statistics/index.js';

/** Means are null where there is nothing to average. */
export interface Figures {
  episodes: number;
  agreed: number;
  deadlocked: number;
  failed: number;
  /** Pending or running. */
  unfinished: number;
  /** Episodes with a reward. */
  graded: number;
  /** Agreed of agreed and deadlocked: failed episodes are no evidence either way. */
  agreement_rate: number | null;
  agreement_interval: Interval | null;
  /** Over agreed episodes. */
  rounds_to_agreement: number | null;
  /** Over scored completions: mean, sample standard deviation, least and most. 0 to 5. */
  ca_mean: number | null;
  ca_sd: number | null;
  ca_min: number | null;
  ca_max: number | null;
}

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
  /** Means over graded groups of their least, mean and greatest reward. */
  reward_min: number | null;
  reward_mean: number | null;
  reward_max: number | null;
}

export interface Summary {
  overall: Figures;
  tiers: ({ tier: Tier } & Figures)[];
  /** Null where no episode was scored by decomposition. */
  stakeholders: StakeholderFigures | null;
  outcomes: OutcomeLine[];
  groups: GroupFigures;
  /** Failure code and how often it ended an episode or left it ungraded. */
  failures: { code: string; episodes: number }[];
  usage: ModelUsage[];
  tokens: { prompt: number; completion: number; total: number };
}

export function summarise(episodes: readonly EpisodeRow[], usage: readonly ModelUsage[]): Summary {
  const prompt = sum(usage.map((model) => model.prompt_tokens));
  const completion = sum(usage.map((model) => model.completion_tokens));
  return {
    overall: figuresOf(episodes),
    tiers: tiers
      .map((tier) => ({ tier, ...figuresOf(episodes.filter((episode) => episode.tier === tier)) }))
      .filter((line) => line.episodes > 0),
    stakeholders: stakeholderFiguresOf(episodes),
    outcomes: outcomesOf(episodes),
    groups: groupFiguresOf(episodes),
    failures: failuresOf(episodes),
    usage: [...usage],
    tokens: { prompt, completion, total: prompt + completion },
  };
}

function figuresOf(episodes: readonly EpisodeRow[]): Figures {
  const agreed = episodes.filter(({ outcome }) => outcome === 'agreed');
  const deadlocked = episodes.filter(({ outcome }) => outcome === 'deadlocked').length;
  const settled = agreed.length + deadlocked;
  const scores = episodes.map(({ ca_score }) => ca_score).filter((score) => score !== null);
  return {
    episodes: episodes.length,
    agreed: agreed.length,
    deadlocked,
    failed: episodes.filter(({ status }) => status === 'failed').length,
    unfinished: episodes.filter(({ status }) => status === 'pending' || status === 'running').length,
    graded: episodes.filter(({ reward }) => reward !== null).length,
    agreement_rate: settled === 0 ? null : agreed.length / settled,
    agreement_interval: wilsonInterval(agreed.length, settled),
    rounds_to_agreement: mean(agreed.map(({ rounds }) => rounds ?? 0)),
    ca_mean: mean(scores),
    ca_sd: sampleSd(scores),
    ca_min: furthest(scores, Math.min),
    ca_max: furthest(scores, Math.max),
  };
}

function stakeholderFiguresOf(episodes: readonly EpisodeRow[]): StakeholderFigures | null {
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

function outcomesOf(episodes: readonly EpisodeRow[]): OutcomeLine[] {
  return (['agreed', 'deadlocked', null] as const)
    .map((outcome) => {
      const these = episodes.filter((episode) => episode.outcome === outcome);
      const rounds = these.map((episode) => episode.rounds).filter((value) => value !== null);
      const rewards = these.map((episode) => episode.reward).filter((value) => value !== null);
      return { outcome, episodes: these.length, rounds_mean: mean(rounds), reward_mean: mean(rewards) };
    })
    .filter((line) => line.episodes > 0);
}

function groupFiguresOf(episodes: readonly EpisodeRow[]): GroupFigures {
  const groups = groupsOf(episodes);
  const statistics = groups.map((group) => groupStatistics(group.map(({ reward }) => reward)));
  const graded = statistics.filter((group) => group.graded > 0);
  return {
    groups: groups.length,
    graded: graded.length,
    zero_variance: graded.filter((group) => group.graded > 1 && group.std === 0).length,
    reward_min: mean(graded.map(({ min }) => min ?? 0)),
    reward_mean: mean(graded.map((group) => group.mean ?? 0)),
    reward_max: mean(graded.map(({ max }) => max ?? 0)),
  };
}

function failuresOf(episodes: readonly EpisodeRow[]): { code: string; episodes: number }[] {
  const counts = new Map<string, number>();
  for (const { failure } of episodes) if (failure !== null) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, episodes: count }))
    .sort((one, other) => other.episodes - one.episodes);
}

/** By and by: a run has more scores than a function takes arguments. */
function furthest(values: readonly number[], choose: (one: number, other: number) => number): number | null {
  return values.length === 0 ? null : values.reduce((one, other) => choose(one, other));
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

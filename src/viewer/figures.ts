/** Counts, moments and histograms. Pure: the same rows give the same figures. */
import { type Tier, tiers } from '../domain/index.js';
import type { PlannedGroupRow, SettledCount, WatchedEpisode } from '../store/index.js';
import type { Bin, Interval, Moments, TierFigures } from './api.js';

/**
 * 95 % interval of a share of which each dilemma contributes a part; null without trials. Given in, because reports stand
 * beside the viewer, not below it.
 */
export type IntervalOf = (parts: readonly SettledCount[]) => Interval | null;

/** Nulls are left out. */
export function momentsOf(values: readonly (number | null)[]): Moments {
  const known = values.filter((value) => value !== null);
  const count = known.length;
  if (count === 0) return { count, mean: null, sd: null, min: null, max: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    sd: count < 2 ? null : Math.sqrt(squares / (count - 1)),
    min: known.reduce((least, value) => Math.min(least, value)),
    max: known.reduce((most, value) => Math.max(most, value)),
  };
}

/** Ten bins of half a point, 0 to 5; the last holds 5 itself. Nulls are left out. */
export function scoreHistogram(values: readonly (number | null)[]): Bin[] {
  const bins = Array.from({ length: 10 }, (_, index): Bin => ({ from: index / 2, to: (index + 1) / 2, count: 0 }));
  for (const value of values) {
    const bin = value === null ? undefined : bins[Math.min(9, Math.floor(value * 2))];
    if (bin !== undefined) bin.count++;
  }
  return bins;
}

/** Episodes agreed in each round from 1, none left out. */
export function roundCounts(
  episodes: readonly WatchedEpisode[],
  maxRounds: number,
): { round: number; agreed: number }[] {
  const counts = Array.from({ length: maxRounds }, (_, index) => ({ round: index + 1, agreed: 0 }));
  for (const { outcome, rounds } of episodes) {
    const count = outcome === 'agreed' && rounds !== null ? counts[rounds - 1] : undefined;
    if (count !== undefined) count.agreed++;
  }
  return counts;
}

export function tierFigures(
  episodes: readonly WatchedEpisode[],
  groups: ReadonlyMap<string, PlannedGroupRow>,
  intervalOf: IntervalOf,
): TierFigures[] {
  const byTier = new Map<Tier, WatchedEpisode[]>(tiers.map((tier) => [tier, []]));
  for (const episode of episodes) {
    const tier = groups.get(episode.group_id)?.tier;
    if (tier !== undefined) byTier.get(tier)?.push(episode);
  }
  return [...byTier].flatMap(([tier, members]) =>
    members.length === 0 ? [] : [{ tier, ...figuresOf(members, intervalOf(settledByDilemma(members, groups))) }],
  );
}

function settledByDilemma(
  episodes: readonly WatchedEpisode[],
  groups: ReadonlyMap<string, PlannedGroupRow>,
): SettledCount[] {
  const counts = new Map<string | undefined, SettledCount>();
  for (const { group_id, outcome } of episodes) {
    const dilemma = groups.get(group_id)?.dilemma_id;
    const count = counts.get(dilemma) ?? { successes: 0, trials: 0 };
    counts.set(dilemma, count);
    if (outcome === 'agreed') count.successes++;
    if (outcome !== null) count.trials++;
  }
  return [...counts.values()];
}

function figuresOf(
  episodes: readonly WatchedEpisode[],
  agreement_interval: Interval | null,
): Omit<TierFigures, 'tier'> {
  const agreed = episodes.filter(({ outcome }) => outcome === 'agreed');
  const deadlocked = episodes.filter(({ outcome }) => outcome === 'deadlocked').length;
  const settled = agreed.length + deadlocked;
  const failed = episodes.filter(({ status }) => status === 'failed').length;
  return {
    episodes: episodes.length,
    agreed: agreed.length,
    deadlocked,
    failed,
    unfinished: episodes.filter(({ status }) => status === 'pending' || status === 'running').length,
    agreement_rate: settled === 0 ? null : agreed.length / settled,
    agreement_interval,
    rounds_to_agreement: momentsOf(agreed.map(({ rounds }) => rounds)).mean,
    ca: momentsOf(episodes.map(({ ca_score }) => ca_score)),
  };
}

/** How often each value occurs, most frequent first. Nulls are left out. */
export function tally(values: Iterable<string | null>): { value: string; episodes: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, episodes]) => ({ value, episodes }))
    .sort((one, other) => other.episodes - one.episodes || (one.value < other.value ? -1 : 1));
}

/** At most `most` of them, evenly taken, the first and the last among them. */
export function thinned<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as T);
}

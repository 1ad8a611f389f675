/** The figures of any set of episodes, gathered in one pass: of a run, a tier, a domain, a pair, or of several runs. */
import type { EpisodeFigures } from '../store/index.js';
import {
  type ClusterSum,
  clusteredMeanInterval,
  clusteredWilsonInterval,
  type Interval,
  kaplanMeier,
  type Lifetime,
  type SurvivalCurve,
} from './statistics/index.js';

/** Means are null where there is nothing to average. Intervals have 95 % and count dilemmas, not episodes, as independent. */
export interface Figures {
  episodes: number;
  /** Different dilemmas among them. */
  dilemmas: number;
  agreed: number;
  deadlocked: number;
  failed: number;
  /** Pending or running; in a run that is done, what its stop rule left unplayed. */
  unfinished: number;
  /** Episodes with a reward. */
  graded: number;
  /** Agreed of agreed and deadlocked: failed episodes are no evidence either way. */
  agreement_rate: number | null;
  agreement_interval: Interval | null;
  /** Over agreed episodes; its interval is null for fewer than three dilemmas. */
  rounds_to_agreement: number | null;
  rounds_interval: Interval | null;
  /** The round by which half have agreed, deadlocks being censored; null where fewer than half did. */
  rounds_median: number | null;
  /** Over scored completions: mean, its interval, sample standard deviation, least and most. 0 to 5. */
  ca_mean: number | null;
  ca_interval: Interval | null;
  ca_sd: number | null;
  ca_min: number | null;
  ca_max: number | null;
  /** Means of the four aspects of CA, 0 to 5. */
  knowledge: number | null;
  benevolence: number | null;
  power: number | null;
  vitality: number | null;
  aspect_intervals: Readonly<Record<AspectName, Interval | null>>;
}

export const aspectNames = ['knowledge', 'benevolence', 'power', 'vitality'] as const;
export type AspectName = (typeof aspectNames)[number];
/** What a completion is scored for; a scorer may leave out aspects. */
export const scoreNames = ['ca_score', ...aspectNames] as const;
export type ScoreName = (typeof scoreNames)[number];

/** What a score of CA can be. */
const scoreRange = { least: 0, most: 5 };

export interface Tally {
  add(episode: EpisodeFigures): void;
  figures(): Figures;
  /** Rounds to agreement, deadlocks censored at their last round. */
  survival(): SurvivalCurve;
}

/** What one dilemma contributes. */
interface Cluster {
  agreed: number;
  settled: number;
  rounds: number;
  scores: ScoreSums;
}

export type ScoreSums = Record<ScoreName, ClusterSum>;

/** Nothing yet for any score. */
export function emptySums(): ScoreSums {
  const none = (): ClusterSum => ({ sum: 0, count: 0 });
  return { ca_score: none(), knowledge: none(), benevolence: none(), power: none(), vitality: none() };
}

/** Adds the scores of an episode: written out, as a loop over names takes four times as long. */
export function addScores(sums: ScoreSums, episode: Readonly<Record<ScoreName, number | null>>): void {
  addScore(sums.ca_score, episode.ca_score);
  addScore(sums.knowledge, episode.knowledge);
  addScore(sums.benevolence, episode.benevolence);
  addScore(sums.power, episode.power);
  addScore(sums.vitality, episode.vitality);
}

function addScore(sum: ClusterSum, score: number | null): void {
  if (score === null) return;
  sum.sum += score;
  sum.count++;
}

/** Running mean and spread (Welford, Technometrics 4, 1962). */
interface Moments {
  count: number;
  mean: number;
  squares: number;
  min: number;
  max: number;
}

export function createTally(): Tally {
  const counts = { episodes: 0, agreed: 0, deadlocked: 0, failed: 0, unfinished: 0, graded: 0 };
  const clusters = new Map<string, Cluster>();
  const endings = { agreed: [] as number[], deadlocked: [] as number[] };
  const score: Moments = { count: 0, mean: 0, squares: 0, min: Number.POSITIVE_INFINITY, max: 0 };

  function add(episode: EpisodeFigures): void {
    const { status, outcome, rounds, ca_score, dilemma_id } = episode;
    let cluster = clusters.get(dilemma_id);
    if (cluster === undefined) {
      cluster = { agreed: 0, settled: 0, rounds: 0, scores: emptySums() };
      clusters.set(dilemma_id, cluster);
    }
    counts.episodes++;
    if (status === 'failed') counts.failed++;
    if (status === 'pending' || status === 'running') counts.unfinished++;
    if (episode.reward !== null) counts.graded++;
    if (outcome !== null) {
      counts[outcome]++;
      cluster.settled++;
      const at = endings[outcome];
      at[rounds ?? 0] = (at[rounds ?? 0] ?? 0) + 1;
    }
    if (outcome === 'agreed') {
      cluster.agreed++;
      cluster.rounds += rounds ?? 0;
    }
    if (ca_score === null) return;
    include(score, ca_score);
    addScores(cluster.scores, episode);
  }

  const lifetimes = (): Lifetime[] => [
    ...endings.agreed.flatMap((count, time) => ({ time, event: true, count })),
    ...endings.deadlocked.flatMap((count, time) => ({ time, event: false, count })),
  ];
  const survival = () => kaplanMeier(lifetimes());

  return {
    add,
    survival,
    figures: () => figuresFrom(counts, [...clusters.values()], score, survival().median),
  };
}

function include(moments: Moments, value: number): void {
  moments.count++;
  const before = moments.mean;
  moments.mean += (value - before) / moments.count;
  moments.squares += (value - before) * (value - moments.mean);
  moments.min = Math.min(moments.min, value);
  moments.max = Math.max(moments.max, value);
}

function figuresFrom(
  counts: Pick<Figures, 'episodes' | 'agreed' | 'deadlocked' | 'failed' | 'unfinished' | 'graded'>,
  clusters: readonly Cluster[],
  score: Moments,
  rounds_median: number | null,
): Figures {
  const settled = counts.agreed + counts.deadlocked;
  const scored = score.count > 0;
  const rounds = clusters.map((cluster): ClusterSum => ({ sum: cluster.rounds, count: cluster.agreed }));
  const sums = (name: ScoreName) => clusters.map((cluster) => cluster.scores[name]);
  const meanOf = (name: AspectName) => meanOfSums(sums(name));
  const intervalOf = (name: ScoreName) => clusteredMeanInterval(sums(name), scoreRange);
  return {
    ...counts,
    dilemmas: clusters.length,
    agreement_rate: settled === 0 ? null : counts.agreed / settled,
    agreement_interval: clusteredWilsonInterval(
      clusters.map((cluster) => ({ successes: cluster.agreed, trials: cluster.settled })),
    ),
    rounds_to_agreement: meanOfSums(rounds),
    rounds_interval: clusteredMeanInterval(rounds, { least: 1 }),
    rounds_median,
    ca_mean: meanOfSums(sums('ca_score')),
    ca_interval: intervalOf('ca_score'),
    ca_sd: score.count < 2 ? null : Math.sqrt(score.squares / (score.count - 1)),
    ca_min: scored ? score.min : null,
    ca_max: scored ? score.max : null,
    knowledge: meanOf('knowledge'),
    benevolence: meanOf('benevolence'),
    power: meanOf('power'),
    vitality: meanOf('vitality'),
    aspect_intervals: {
      knowledge: intervalOf('knowledge'),
      benevolence: intervalOf('benevolence'),
      power: intervalOf('power'),
      vitality: intervalOf('vitality'),
    },
  };
}

function meanOfSums(sums: readonly ClusterSum[]): number | null {
  const count = sums.reduce((total, cluster) => total + cluster.count, 0);
  return count === 0 ? null : sums.reduce((total, cluster) => total + cluster.sum, 0) / count;
}

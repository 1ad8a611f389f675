/** Answers about runs: the list, one run, its judges, several beside each other, and what changes while they go on. */
import type { RunConfig, Tier, VerdictKind } from '../domain/index.js';
import type { Answer, Aspect, Bin, Interval, Moments, RunReference, Status } from './api-common.js';

export interface RunsAnswer extends Answer {
  /** Of the database file, as given on the command line. */
  database: string;
  /** Latest first. */
  runs: RunLine[];
}

/** One run in a line. */
export interface RunLine {
  run_id: string;
  name: string;
  status: Status;
  created_at: string;
  finished_at: string | null;
  seed: number;
  protocol: RunConfig['protocol'];
  mode: RunConfig['mode'];
  /** What a reader must know before trusting the data, such as that it is a rehearsal; null: nothing. */
  notice: string | null;
  /** Models by role, as written in the config. */
  models: { policy: string; opponent: string; judge: string; scorer: string };
  counts: Counts;
  /** Agreed of agreed and deadlocked; null where nothing is settled. */
  agreement_rate: number | null;
  agreement_interval: Interval | null;
  /** Mean over agreed episodes. */
  rounds_to_agreement: number | null;
  /** Mean over scored completions. */
  ca_mean: number | null;
  /** Of all calls, prompts included. */
  tokens: { prompt: number; completion: number };
}

export interface Counts {
  groups: number;
  episodes: number;
  pending: number;
  running: number;
  done: number;
  failed: number;
  agreed: number;
  deadlocked: number;
  /** Episodes with a reward. */
  graded: number;
}

export interface RunAnswer extends Answer {
  run: RunLine;
  config: RunConfig;
  /** Tiers in the order of stakes; only those that occur. */
  tiers: TierFigures[];
  /** Episodes agreed in each round, 1 to `max_rounds`; none is left out for being 0. */
  rounds: { round: number; agreed: number }[];
  /** Overall CA in bins of half a point, 0 to 5. */
  ca_histogram: Bin[];
  ca: Moments;
  /** The four aspects, each over scored completions. */
  aspects: { aspect: Aspect; moments: Moments; histogram: Bin[] }[];
  spread: {
    /** In the order of the plan. At most 400, evenly thinned where there are more. */
    groups: GroupSpread[];
    /** All groups with a graded episode. */
    total: number;
    /** Groups of two or more graded episodes that are all equal: they carry no learning signal. Over all groups. */
    zero_variance: number;
  };
  /** By cause, most frequent first. `status` failed: not finished; done: finished, but ungraded. */
  failures: { failure: string; status: Status; episodes: number }[];
  /** Finished episodes over time, oldest first; at most 120 steps. Empty where nothing has finished. */
  progress: { time: string; finished: number; failed: number; agreed: number }[];
  usage: UsageLine[];
  /** What the filters of the episodes page can offer, and how many episodes each would leave. */
  facets: Facets;
}

export interface TierFigures {
  tier: Tier;
  episodes: number;
  agreed: number;
  deadlocked: number;
  failed: number;
  unfinished: number;
  agreement_rate: number | null;
  agreement_interval: Interval | null;
  rounds_to_agreement: number | null;
  ca: Moments;
}

export interface GroupSpread {
  group_id: string;
  /** Place in the plan, from 0. */
  ordinal: number;
  dilemma_id: string;
  graded: number;
  size: number;
  min: number;
  mean: number;
  max: number;
  zero_variance: boolean;
}

export interface UsageLine {
  model: string;
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
  retries: number;
  truncated: number;
}

export interface Facets {
  tiers: Facet[];
  domains: Facet[];
  pairs: Facet[];
  failures: Facet[];
}

export interface Facet {
  value: string;
  episodes: number;
}

export interface JudgesAnswer extends Answer {
  run: RunReference;
  /** One per judge version: kind × model × prompt hash. */
  judges: JudgeFigures[];
  /** Completions that more than one scorer, or the same one more than once, has scored: furthest apart first, at most 50. */
  disagreements: Disagreement[];
  disagreements_total: number;
}

export interface JudgeFigures {
  kind: VerdictKind;
  model: string;
  prompt_hash: string;
  verdicts: number;
  /** Of these, answers that could not be read even after a repair try. */
  unparsed: number;
  /** Asked for a second time because the first answer could not be read. */
  repaired: number;
  latency_ms_mean: number | null;
  /** CA: bins of half a point, 0 to 5. Agreement: NO and YES, as bins 0 to 0.5 and 0.5 to 1. */
  histogram: Bin[];
  /** Share of the most frequent value; null without verdicts. */
  modal_share: number | null;
  /** Shannon entropy of the histogram, in bits. */
  entropy_bits: number | null;
  moments: Moments;
}

export interface Disagreement {
  episode_id: string;
  reference: string;
  dilemma_id: string;
  completion: string | null;
  /** Greatest less least score. */
  gap: number;
  scores: { model: string; prompt_hash: string; sample_index: number; value: number; rationale: string | null }[];
}

export interface CompareAnswer extends Answer {
  /** In the order asked for. */
  runs: (RunLine & {
    tiers: TierFigures[];
    rounds: { round: number; agreed: number }[];
    ca_histogram: Bin[];
    ca: Moments;
    groups: {
      graded: number;
      zero_variance: number;
      reward_min: number | null;
      reward_mean: number | null;
      reward_max: number | null;
    };
  })[];
  /** Scenarios that every one of the runs has graded: the mean reward of each run, in their order. At most 200. */
  shared: { scenario_key: string; dilemma_id: string; pair_id: string; group_ids: string[]; reward_means: number[] }[];
  shared_total: number;
}

/**
 * Events of `/api/live`, named by `type`. `runs` comes once at the start and whenever a run's counts or status have changed, at
 * most once a second, and names only the runs that changed (all of them at the start).
 */
export type LiveEvent = { type: 'runs'; runs: LiveRun[] };

export interface LiveRun {
  run_id: string;
  name: string;
  status: Status;
  counts: Counts;
  /** Increases with every change of the run: an answer older than this is stale. */
  version: number;
}

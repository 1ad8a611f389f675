/**
 * The contract between the viewer's server and its page: every query and every answer. Types only; both sides import it.
 *
 * All requests are GET. The page lives at `/` alone and keeps its own address in the fragment (`#/runs/…`), so nothing that a
 * user can write becomes a path on the server. `RUN` is a run's id or exact name, `GROUP` and `EPISODE` are ids; what the
 * database does not know is 404. Answers are JSON; an error is `Problem` with status 400, 401, 403, 404, 405, 421 or 500.
 *
 * | path | query | answer |
 * |---|---|---|
 * | `/api/runs` | | `RunsAnswer` |
 * | `/api/runs/RUN` | | `RunAnswer` |
 * | `/api/runs/RUN/judges` | | `JudgesAnswer` |
 * | `/api/episodes` | `EpisodesQuery` | `EpisodesAnswer` |
 * | `/api/groups/GROUP` | | `GroupAnswer` |
 * | `/api/episodes/EPISODE` | | `EpisodeAnswer` |
 * | `/api/episodes/EPISODE/tokens` | | `TokensAnswer` |
 * | `/api/episodes/EPISODE/calls/CALL` | `CALL` is a `call_id`, such as `4.agreement.0` | `CallAnswer` |
 * | `/api/compare` | `run=RUN`, two to six times | `CompareAnswer` |
 * | `/api/live` | | server-sent events: `LiveEvent` |
 *
 * Times are ISO 8601, durations milliseconds, shares 0 to 1, scores 0 to 5. Null always means "not there" or "not known",
 * never 0.
 */
import type {
  CallKind,
  Dilemma,
  Outcome,
  Persona,
  PersonaPair,
  RunConfig,
  Seat,
  Tier,
  TokenSource,
  VerdictKind,
} from '../domain/index.js';

export type Status = 'pending' | 'running' | 'done' | 'failed';

/** What every answer has. */
export interface Answer {
  /** The command that gives the same data in the terminal, ready to be pasted. */
  command: string;
}

export interface Problem {
  error: {
    /** `not_found`, `bad_request`, `forbidden`, `method`, `unauthorised`, `storage` or `internal`. */
    code: string;
    /** One sentence for people. */
    message: string;
  };
}

/** 95 % interval of a share. */
export interface Interval {
  low: number;
  high: number;
}

export interface Moments {
  /** How many values there are. */
  count: number;
  mean: number | null;
  /** Sample standard deviation; null for fewer than two. */
  sd: number | null;
  min: number | null;
  max: number | null;
}

/** A part of a distribution: `from` ≤ value < `to`, but for the last bin, which holds its upper end too. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

/* ---------------------------------------------------------------- runs */

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

/* ---------------------------------------------------------------- one run */

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

export type Aspect = 'knowledge' | 'benevolence' | 'power' | 'vitality';

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

/* ---------------------------------------------------------------- episodes */

export const episodeSorts = [
  'number',
  'rounds',
  'reward',
  'ca_score',
  'knowledge',
  'benevolence',
  'power',
  'vitality',
  'finished_at',
] as const;
export type EpisodeSort = (typeof episodeSorts)[number];

/**
 * As query parameters; what is absent does not filter, and every filter given must hold. An unknown parameter or a value that
 * cannot be is 400. Bounds are inclusive. Nulls sort last in both directions; ties go by number, in the same
 * direction.
 */
export interface EpisodesQuery {
  /** Required: id or name. */
  run: string;
  status?: Status;
  /** `none`: finished without an outcome (failed, or answered alone). */
  outcome?: Outcome | 'none';
  tier?: Tier;
  domain?: string;
  pair?: string;
  dilemma?: string;
  group?: string;
  rounds_min?: number;
  rounds_max?: number;
  /** Of the score named by `score_of`. */
  score_min?: number;
  score_max?: number;
  /** Exclusive, so that a bin of a histogram can be asked for. */
  score_below?: number;
  /** Which score `score_min`, `score_max` and `score_below` bound; the overall one where absent. */
  score_of?: Aspect;
  reward_min?: number;
  reward_max?: number;
  /** A failure's code, or `any`. */
  failure?: string;
  /**
   * Words that must all occur in the episode's turns or completion, in any case; "in quotes" they must follow each other.
   * `begin*` stands for every word that begins so; scripts written without spaces are found within longer stretches.
   * Anything may be written: there is no syntax error. Up to 200 characters. Only episodes that have ended are found.
   */
  text?: string;
  sort?: EpisodeSort;
  order?: 'asc' | 'desc';
  /** First row, from 0. Default 0. */
  offset?: number;
  /** Rows, 1 to 500. Default 100. */
  limit?: number;
}

export interface EpisodesAnswer extends Answer {
  /** How many episodes pass the filters. */
  total: number;
  offset: number;
  episodes: EpisodeLine[];
}

export interface EpisodeLine {
  episode_id: string;
  /** `run-name/number`, as commands take it. */
  reference: string;
  number: number;
  group_id: string;
  /** Place in the group, from 0. */
  sample_index: number;
  dilemma_id: string;
  pair_id: string;
  tier: Tier;
  domain: string;
  status: Status;
  outcome: Outcome | null;
  rounds: number | null;
  ca_score: number | null;
  knowledge: number | null;
  benevolence: number | null;
  power: number | null;
  vitality: number | null;
  reward: number | null;
  /** (reward − group mean) / group std; 0 in a group without spread; null where the reward is. */
  advantage: number | null;
  /** Error code of what went wrong; null: nothing. */
  failure: string | null;
  started_at: string | null;
  finished_at: string | null;
}

/* ---------------------------------------------------------------- group */

export interface GroupAnswer extends Answer {
  run: RunReference;
  group: {
    group_id: string;
    ordinal: number;
    size: number;
    graded: number;
    reward_mean: number | null;
    /** Population standard deviation. */
    reward_std: number | null;
    reward_min: number | null;
    reward_max: number | null;
  };
  scenario: ScenarioText;
  /** In the order of sampling. */
  episodes: GroupEpisode[];
  /** Least turn at which not all openings are the same text; null where they never differ, or there are fewer than two. */
  parts_at_turn: number | null;
  /** Of greatest and least reward; null where fewer than two are graded, or all are equal. */
  best: string | null;
  worst: string | null;
  /** Groups before and after it in the plan. */
  previous: string | null;
  next: string | null;
}

export interface RunReference {
  run_id: string;
  name: string;
  status: Status;
  notice: string | null;
}

export interface ScenarioText {
  /** Content hash, 16 hex digits. */
  key: string;
  dilemma: Dilemma;
  pair: PersonaPair;
  /** True: A holds the pair's second stance and B its first. */
  swapped: boolean;
  /** The stance of each seat, after `swapped`. */
  personas: { A: Persona; B: Persona };
}

export interface GroupEpisode extends EpisodeLine {
  turns: GroupTurn[];
  verdicts: { round: number; value: number | null; reason: string | null }[];
  completion: string | null;
}

export interface GroupTurn {
  turn_index: number;
  round: number;
  seat: Seat;
  content: string;
  /** Start and end on the episode's own clock, as in `CallLine`. */
  started_ms: number;
  ended_ms: number;
  completion_tokens: number | null;
}

/* ---------------------------------------------------------------- episode */

export interface EpisodeAnswer extends Answer {
  run: RunReference;
  protocol: RunConfig['protocol'];
  mode: RunConfig['mode'];
  max_rounds: number;
  learner: Seat;
  episode: EpisodeLine & { failure_message: string | null };
  scenario: ScenarioText;
  /** Siblings of the group, itself among them, in the order of sampling. */
  siblings: Sibling[];
  /** Neighbours by number in the run. */
  previous: string | null;
  next: string | null;
  turns: TurnLine[];
  /** Of agreement by round, then of the completion. */
  verdicts: VerdictLine[];
  completion: { content: string; model: string; finish_reason: string; call_id: string } | null;
  /** Every call in the order in which it was made. */
  calls: CallLine[];
  /** Oldest first. */
  failed_calls: FailedCallLine[];
  /** Length of the episode's clock; 0 without calls. */
  duration_ms: number;
}

export interface Sibling {
  episode_id: string;
  number: number;
  sample_index: number;
  status: Status;
  outcome: Outcome | null;
  rounds: number | null;
  reward: number | null;
  advantage: number | null;
}

export interface TurnLine {
  call_id: string;
  turn_index: number;
  round: number;
  seat: Seat;
  content: string;
  /** `stop`, or `length` where the reply was cut at `max_tokens`. */
  finish_reason: string;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  model: string;
  /** Null: the server gave no token ids. */
  token_source: TokenSource | null;
}

export interface VerdictLine {
  call_id: string;
  kind: VerdictKind;
  /** The round judged; 0 for the completion. */
  round: number;
  sample_index: number;
  /** Agreement: 1 or 0. CA: 0 to 5. Null: the answer could not be read; never NO, never 0. */
  value: number | null;
  /** Agreement's reason, or the scorer's rationale; null where it could not be read. */
  reason: string | null;
  /** Of a CA verdict that could be read; else null. */
  aspects: Record<Aspect, number> | null;
  /** The answer as it came (the repaired one, where a repair was tried). */
  raw: string;
  /** The first answer, where it could not be read and was asked for again; else null. */
  raw_before_repair: string | null;
  model: string;
  prompt_hash: string;
}

export interface CallLine {
  /** `turn.kind.sample`. */
  call_id: string;
  kind: CallKind;
  turn: number;
  sample: number;
  /** 0 for the completion and its score. */
  round: number;
  seat: Seat | null;
  model: string;
  /**
   * On the episode's own clock, which runs from the start of its first call. Recorded are the end and the length of each
   * call; a pause between calls (a run that was interrupted, or throttled) is shortened to two seconds.
   */
  started_ms: number;
  ended_ms: number;
  /** When it was recorded. */
  finished_at: string;
  /** Of the successful try. */
  latency_ms: number;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  finish_reason: string;
  /** Failed tries before it, oldest first. */
  attempts: Attempt[];
  /** False: a judge's answer that could not be read. Null: no judge. */
  parse_ok: boolean | null;
}

/** A try that did not succeed. */
export interface Attempt {
  code: string;
  message: string;
  /** From its start to its failure. */
  ms: number;
}

/** A call that failed for good, with every try made of it. A resumed episode makes such a call again. */
export interface FailedCallLine {
  kind: CallKind;
  turn: number;
  round: number;
  seat: Seat | null;
  model: string;
  code: string;
  message: string;
  attempts: Attempt[];
}

export interface CallAnswer extends Answer {
  episode_id: string;
  call: CallLine;
  prompt: {
    /**
     * What was sent, rebuilt from the frozen scenario, the turns before and the prompt templates of the run. Null where the
     * templates of this version are not those of the run, or the prompt is not of our making; `reason` then says which.
     */
    messages: { role: 'system' | 'user' | 'assistant'; content: string }[] | null;
    reason: string | null;
    /** Of the templates that made it. */
    hash: string;
  };
  /** The sampling it was asked with, by name. */
  sampling: Record<string, number>;
  seed: number;
  reply: string;
}

/* ---------------------------------------------------------------- tokens */

export interface TokensAnswer extends Answer {
  episode_id: string;
  learner: Seat;
  /** What an export of this episode would hold: one training sequence after the other. Empty where `missing` says why. */
  rows: TokenRow[];
  /** Why the episode would give no rows, such as `no token ids`; null: it gives some. */
  missing: string | null;
  /** Where the ids come from, as the least trustworthy turn has it; null without ids. */
  token_source: TokenSource | null;
  /** Both seats' turns: how many ids each has, also where no row can be made of them. */
  turns: { turn_index: number; seat: Seat; prompt_ids: number | null; reply_ids: number | null; logprobs: boolean }[];
}

/** Parallel lists of one length: one entry per token. */
export interface TokenRow {
  row_index: number;
  ids: number[];
  /**
   * The text of each token where it can be known: always for the rehearsal, else not. A piece that is part of a character
   * holds "" and the last of its parts the whole character. Null: unknown for the whole row.
   */
  pieces: string[] | null;
  /** 1: the learner sampled it and the loss covers it. */
  mask: (0 | 1)[];
  /** Natural logarithm; null where masked or where the server gave none. */
  logprobs: (number | null)[];
  /** Which turn's prompt or reply brought each stretch into the row, in order. */
  stretches: TokenStretch[];
}

export interface TokenStretch {
  /** The learner's turn it belongs to. */
  turn_index: number;
  part: 'prompt' | 'reply';
  /** First token in the row, from 0, and how many. */
  start: number;
  length: number;
  /** The reply's text as it was stored; null for prompts. */
  text: string | null;
}

/* ---------------------------------------------------------------- judges */

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

/* ---------------------------------------------------------------- compare */

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

/* ---------------------------------------------------------------- live */

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

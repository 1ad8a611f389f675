/** Answers about episodes: the table, a group, one episode, its calls. */
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
import type { Answer, Aspect, RunReference, Status } from './api-common.js';

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

export interface EpisodeAnswer extends Answer {
  run: RunReference;
  protocol: RunConfig['protocol'];
  mode: RunConfig['mode'];
  max_rounds: number;
  learner: Seat;
  episode: EpisodeLine & { failure_message: string | null };
  /** Each side's utility, 0 to 5, and its weight, 0 to 1, where the run scores them; else empty. */
  stakeholders: { seat: Seat; utility: number | null; weight: number | null }[];
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
  /** Of a utility: whose it is; null for all other verdicts. */
  stakeholder: Seat | null;
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

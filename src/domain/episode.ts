/**
 * What happened in an episode: its turns, verdicts and result. These records are the truth; an episode is resumed by
 * playing them into a fresh machine.
 */
import type { Seat } from './seat.js';

/** Where token ids come from. `retokenized` and `rehearsal` ids must never be trained on unnoticed. */
export type TokenSource = 'server' | 'retokenized' | 'rehearsal';

/** The tokens of one model call, as the server counted them. `replyIds.length === logprobs.length`. */
export interface TokenTrace {
  /** Null where the server told the reply's ids only. */
  promptIds: Int32Array | null;
  replyIds: Int32Array;
  /** Natural-log probabilities of the reply's tokens; null where the server gave none. */
  logprobs: Float32Array | null;
  source: TokenSource;
}

/** One utterance of one seat. `turnIndex` counts from 0. */
export interface Turn {
  turnIndex: number;
  round: number;
  seat: Seat;
  content: string;
}

/** What one judge said about one thing. `value` is null where the answer could not be read: never NO, never 0. */
export interface Verdict {
  kind: VerdictKind;
  /** The round judged; 0 for a verdict on the completion. */
  round: number;
  /** Agreement: 1 or 0. CA and utility: 0 to 5. Preference: 1 for the answer shown first, 0 for the second, 0.5 for neither. */
  value: number | null;
  /**
   * The parsed answer (reason, or scores and rationale); null where it could not be read. May also hold `flags` of the
   * pre-checks, and `expected` and `mass` where the value is an expectation (judging/expected-score.ts).
   */
  detail: Readonly<Record<string, unknown>> | null;
  parseOk: boolean;
}
export type VerdictKind = 'agreement' | 'ca' | 'utility' | 'preference';

/** How a deliberation ended. Null outcome: it never ended (failed), or nothing was negotiated (solo). */
export type Outcome = 'agreed' | 'deadlocked';

/** The four aspects of Collective Agency and the overall score, each 0 to 5. */
export interface CollectiveAgency {
  knowledge: number;
  benevolence: number;
  power: number;
  vitality: number;
  overall: number;
}

/** How much each side counts: not negative, together 1. */
export type SideWeights = Readonly<Record<Seat, number>>;

/** What decomposed scoring found (arXiv 2605.26878), by the seats of the two sides. */
export interface StakeholderScores {
  weights: SideWeights;
  /** How well the completion serves each side alone, 0 to 5; null where no readable verdict was to be had. */
  utilities: Readonly<Record<Seat, number | null>>;
}

/** Why an episode could not be finished or graded. */
export interface Failure {
  code: string;
  message: string;
}

export interface EpisodeResult {
  status: 'done' | 'failed';
  outcome: Outcome | null;
  /** Rounds begun; 0 in a solo episode. */
  rounds: number;
  completion: string | null;
  ca: CollectiveAgency | null;
  /** Present where the completion was scored by decomposition, which then makes the reward. */
  stakeholders?: StakeholderScores;
  /** 0 to 5; null = not gradable, never 0. */
  reward: number | null;
  failure: Failure | null;
}

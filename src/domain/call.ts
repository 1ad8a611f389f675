/**
 * One finished model call, as the journal keeps it. The key (turn, kind, sample) is unique within an episode, so a
 * result delivered twice changes nothing.
 */

import type { FailedAttempt } from '../errors.js';
import type { TokenTrace, Verdict } from './episode.js';
import type { Seat } from './seat.js';

/** What a judge is asked for; `utility.A` is how well the completion serves the side in seat A. */
export type JudgedKind = 'agreement' | 'ca' | `utility.${Seat}`;

/** A `.repair` call is the one further try after a judge's answer could not be read. */
export type CallKind = 'speak' | 'completion' | JudgedKind | `${JudgedKind}.repair`;

export interface CallKey {
  /** Turns spoken before this call: the utterance of turn 3 has 3, the judge after round 2 has 4. 0 for the score. */
  turn: number;
  kind: CallKind;
  /** Which of several samples of one verdict, counted through all judges of a panel; else 0. */
  sample: number;
}

/** What a model answered. */
export interface Reply {
  content: string;
  /** `stop`, or `length` where the reply was cut at `max_tokens`. */
  finishReason: string;
  /** As the server counted; null where it did not say. */
  promptTokens: number | null;
  completionTokens: number | null;
  /** Null where not asked for, or not to be had. */
  tokens: TokenTrace | null;
  /** True where tokens were asked for and the rehearsal gave none: a trace would say for itself where it comes from. */
  rehearsed?: boolean;
  /** Milliseconds of the successful try. */
  latencyMs: number;
  /** The tries before it, oldest first. */
  failedAttempts: readonly FailedAttempt[];
}

/** What is known of a call before it is made. */
export interface CallAbout {
  key: CallKey;
  /** Counts from 1; 0 for the completion and its score. */
  round: number;
  /** Who spoke, or whose utility was judged; null for the other judges. */
  seat: Seat | null;
  model: string;
  seed: number;
  /** Hash of the prompt templates that made the request. */
  promptHash: string;
}

export interface Call extends CallAbout {
  reply: Reply;
  /** What the judge's answer meant; null for turns and completions. */
  verdict: Verdict | null;
}

/** A call that failed for good, with every try that was made of it. */
export interface FailedCall extends CallAbout {
  code: string;
  message: string;
  attempts: readonly FailedAttempt[];
}

/** Where finished calls go, and where a resumed episode finds them. */
export interface Journal {
  recall(key: CallKey): Call | null;
  /** Durable when it resolves. Recording a key that is there already changes nothing. */
  record(call: Call): Promise<void>;
  /** Kept for the account of the run; nothing is replayed from it, so a resumed episode makes the call again. */
  recordFailure(call: FailedCall): Promise<void>;
}

/** The answer about the tokens of an episode. */
import type { Seat, TokenSource } from '../domain/index.js';
import type { Answer } from './api-common.js';

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

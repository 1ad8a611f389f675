/** The format `rows`: one JSON object per training sequence, schema "entente.rows/1" (docs/formats.md). */
import type { Seat, TokenSource } from '../domain/index.js';
import type { TrainingSequence } from '../trajectory/index.js';

export interface Row {
  schema: 'entente.rows/1';
  run_id: string;
  group_id: string;
  episode_id: string;
  sample_index: number;
  /** From 0, of `rows_in_episode`. */
  row_index: number;
  rows_in_episode: number;
  dilemma_id: string;
  pair_id: string;
  seat: Seat;
  /** Three lists of one length. */
  input_ids: number[];
  /** 1 where the learner sampled the token. */
  loss_mask: (0 | 1)[];
  /** Natural logarithms as the server gave them; 0 where masked. */
  old_logprobs: number[];
  /** 0 to 5. */
  reward: number;
  reward_components: Record<string, number>;
  /** One per episode, the same on all its rows. */
  advantage: number;
  advantage_kind: 'grpo';
  token_source: TokenSource;
  policy_model: string;
  policy_version: string | null;
}

/** What is the same for all rows of an episode. */
export type EpisodeStamp = Omit<
  Row,
  'schema' | 'row_index' | 'rows_in_episode' | 'input_ids' | 'loss_mask' | 'old_logprobs'
>;

export function rowsOf(stamp: EpisodeStamp, sequences: readonly TrainingSequence[]): Row[] {
  const { run_id, group_id, episode_id, sample_index, dilemma_id, pair_id, seat, ...graded } = stamp;
  return sequences.map(({ inputIds, lossMask, oldLogprobs }, index) => ({
    schema: 'entente.rows/1',
    ...{ run_id, group_id, episode_id, sample_index },
    row_index: index,
    rows_in_episode: sequences.length,
    ...{ dilemma_id, pair_id, seat },
    input_ids: inputIds,
    loss_mask: lossMask,
    old_logprobs: oldLogprobs,
    ...graded,
  }));
}

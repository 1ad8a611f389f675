/**
 * Rows as the trainers' own shapes, each a pure mapping of `entente.rows/1` (field names from the trainers' sources; see
 * docs/formats.md). `prompt` is everything before the first token that carries loss, `response` the rest.
 */
import type { Row } from '../rows.js';

export type TokenFormat = (row: Row) => Record<string, unknown>;

function split(row: Row) {
  const start = row.loss_mask.indexOf(1);
  const logprobs = row.old_logprobs ?? [];
  return {
    promptIds: row.input_ids.slice(0, start),
    responseIds: row.input_ids.slice(start),
    responseMask: row.loss_mask.slice(start),
    responseLogprobs: logprobs.slice(start),
  };
}

/** The policy that sampled, as one word. */
function versionOf({ policy_version, policy_model }: Row): string {
  return policy_version ?? policy_model;
}

function isLast({ row_index, rows_in_episode }: Row): boolean {
  return row_index === rows_in_episode - 1;
}

/** TRL AsyncGRPO: the fields of a RolloutSample; texts are left to the reader, who has the tokenizer. */
const trl: TokenFormat = (row) => ({
  prompt: split(row).promptIds,
  completion: split(row).responseIds,
  input_ids: row.input_ids,
  completion_mask: row.loss_mask,
  old_log_probs: row.old_logprobs,
  advantage: row.advantage,
  model_version: versionOf(row),
  group_id: row.group_id,
  metrics: { reward: row.reward, ...row.reward_components },
});

/** verl: the fields of an AgentLoopOutput. */
const verl: TokenFormat = (row) => {
  const { promptIds, responseIds, responseMask, responseLogprobs } = split(row);
  return {
    prompt_ids: promptIds,
    response_ids: responseIds,
    response_mask: responseMask,
    response_logprobs: responseLogprobs,
    reward_score: row.reward,
    num_turns: row.rows_in_episode,
    metrics: {},
    extra_fields: {
      advantage: row.advantage,
      group_id: row.group_id,
      episode_id: row.episode_id,
      row_index: row.row_index,
      rows_in_episode: row.rows_in_episode,
    },
  };
};

/** Tinker: a Datum. Targets are shifted by one; what is masked has advantage 0. */
const tinker: TokenFormat = (row) => ({
  model_input: { chunks: [{ type: 'encoded_text', tokens: row.input_ids.slice(0, -1) }] },
  loss_fn_inputs: {
    target_tokens: row.input_ids.slice(1),
    logprobs: (row.old_logprobs ?? []).slice(1),
    advantages: row.loss_mask.slice(1).map((mask) => mask * row.advantage),
  },
});

/** OpenRLHF: the whole sequence, and where in it the learner acted. */
const openrlhf: TokenFormat = (row) => ({
  observation_tokens: row.input_ids,
  action_ranges: actionRanges(row.loss_mask),
  rollout_log_probs: row.old_logprobs,
  reward: row.reward,
  group_id: row.group_id,
  episode_id: row.episode_id,
});

/** Half-open ranges [start, end) of mask 1. */
function actionRanges(mask: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const [index, flag] of mask.entries()) {
    if (flag === 0) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index) last[1] = index + 1;
    else ranges.push([index, index + 1]);
  }
  return ranges;
}

/** SkyRL: one step of a trajectory; the reward stands on the last one. */
const skyrl: TokenFormat = (row) => {
  const { promptIds, responseIds, responseMask, responseLogprobs } = split(row);
  return {
    prompt_token_ids: promptIds,
    response_ids: responseIds,
    loss_masks: responseMask,
    rewards: isLast(row) ? row.reward : 0,
    rollout_logprobs: responseLogprobs,
    trajectory_ids: { instance_id: row.group_id, repetition_id: row.sample_index },
    is_last_step: isLast(row),
  };
};

export const tokenFormats = {
  rows: (row: Row): Record<string, unknown> => ({ ...row }),
  trl,
  verl,
  tinker,
  openrlhf,
  skyrl,
} as const satisfies Record<string, TokenFormat>;

/**
 * Rows as the trainers' own shapes, each a pure mapping of `entente.rows/1` (field names from the trainers' sources; see
 * docs/formats.md). `prompt` is everything before the first token that carries loss, `response` the rest.
 */
import type { Row } from '../rows.js';

/** What trainers number where rows have names. */
export interface Numbers {
  /** The group's place in the run, from 0. */
  group: number;
  /** Of the policy that sampled. */
  policy: number;
}

export type TokenFormat = (row: Row, numbers: Numbers) => Record<string, unknown>;

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

/** A version that is a whole number is its own; others are numbered in order of appearance, which `known` remembers. */
export function policyNumber({ policy_version, policy_model }: Row, known: Map<string, number>): number {
  const name = policy_version ?? policy_model;
  if (policy_version !== null && /^\d{1,9}$/.test(policy_version)) return Number(policy_version);
  const number = known.get(name) ?? known.size;
  known.set(name, number);
  return number;
}

function isLast({ row_index, rows_in_episode }: Row): boolean {
  return row_index === rows_in_episode - 1;
}

/**
 * TRL AsyncGRPO: the fields of a RolloutSample, metrics named as its worker names them, and last one of our own. Messages are
 * for traces only, and left empty: a reader with the tokenizer can make them.
 */
const trl: TokenFormat = (row, numbers) => ({
  prompt: [],
  completion: [],
  input_ids: row.input_ids,
  completion_mask: row.loss_mask,
  old_log_probs: row.old_logprobs,
  advantage: row.advantage,
  model_version: numbers.policy,
  group_id: numbers.group,
  metrics: { reward: row.reward, ...rewardsOf(row) },
  policy_version: row.policy_version,
});

function rewardsOf({ reward_components }: Row): Record<string, number> {
  return Object.fromEntries(Object.entries(reward_components).map(([name, value]) => [`rewards/${name}`, value]));
}

/**
 * verl counts chat turns, the first prompt as one: 2 for a prompt and its reply, 4 where another seat's turn and a second
 * reply follow. In a row these are the stretches without and with loss.
 */
function chatTurns(mask: readonly number[]): number {
  return mask.filter((flag, index) => flag !== mask[index - 1]).length;
}

/** verl: the fields of an AgentLoopOutput. */
const verl: TokenFormat = (row) => {
  const { promptIds, responseIds, responseMask, responseLogprobs } = split(row);
  return {
    prompt_ids: promptIds,
    response_ids: responseIds,
    response_mask: responseMask,
    response_logprobs: responseLogprobs,
    reward_score: row.reward,
    num_turns: chatTurns(row.loss_mask),
    metrics: {},
    extra_fields: {
      advantage: row.advantage,
      group_id: row.group_id,
      episode_id: row.episode_id,
      row_index: row.row_index,
      rows_in_episode: row.rows_in_episode,
      policy_version: row.policy_version,
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

/** SkyRL: one step of a trajectory, which is one seat's; the reward stands on its last one. */
const skyrl: TokenFormat = (row) => {
  const { promptIds, responseIds, responseMask, responseLogprobs } = split(row);
  return {
    prompt_token_ids: promptIds,
    response_ids: responseIds,
    loss_masks: responseMask,
    rewards: isLast(row) ? row.reward : 0,
    rollout_logprobs: responseLogprobs,
    trajectory_ids: { instance_id: `${row.group_id}/${row.seat}`, repetition_id: row.sample_index },
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

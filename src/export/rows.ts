/** The format `rows`: one JSON object per training sequence, schema "entente.rows/1" (docs/formats.md). */
import type { Seat, TokenSource } from '../domain/index.js';
import { type AdvantageKind, advantageVersion } from '../reward/index.js';
import type { TurnRow } from '../store/index.js';
import { assembleRows, type SampledTurn } from '../trajectory/index.js';
import { certifyEpisode } from './certificate.js';
import type { GradedEpisode, GradedGroup } from './graded.js';
import type { ExportOptions } from './options.js';
import { type ExportPass, leaveOut } from './pass.js';
import { retokenizeTurns } from './retokenize.js';

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
  /** Natural logarithms as the server gave them; 0 where masked. Null only where `no-logprobs` was allowed. */
  old_logprobs: number[] | null;
  reward: number;
  reward_components: Readonly<Record<string, number>>;
  /** One per episode, the same on all its rows. */
  advantage: number;
  advantage_kind: AdvantageKind;
  /** Of the formula; see `advantageVersion`. */
  advantage_version: number;
  token_source: TokenSource;
  policy_model: string;
  policy_version: string | null;
}

/** The rows of an episode, certified; of both seats where both are trained. None where it had to be left out. */
export function episodeRows(group: GradedGroup, episode: GradedEpisode, pass: ExportPass): Row[] {
  const { seat, tokenizer } = pass.options;
  const seats: readonly Seat[] = seat === 'both' ? ['A', 'B'] : [seat];
  const stored = episode.turns();
  const turns =
    tokenizer === null
      ? stored
      : retokenizeTurns(tokenizer, group, episode.row.episode_id, stored, (turn) => seats.includes(turn.seat));
  const sets = seats.map((one) =>
    seatRows(
      group,
      episode,
      one,
      turns.filter((turn) => turn.seat === one),
      pass,
    ),
  );
  const cause = sets.find((set) => typeof set === 'string');
  if (typeof cause === 'string') {
    leaveOut(pass, cause);
    return [];
  }
  return (sets as Row[][]).flat();
}

function seatRows(
  group: GradedGroup,
  { row, reward, components, advantage }: GradedEpisode,
  seat: Seat,
  turns: readonly TurnRow[],
  { run, options, certificate }: ExportPass,
): Row[] | string {
  const sampled = sampledTurns(turns, options);
  if (typeof sampled === 'string') return sampled;
  const sequences = assembleRows(sampled.turns);
  if (sequences.length === 0) return 'fully masked';
  if (
    options.filter.maxLength !== null &&
    sequences.some(({ inputIds }) => inputIds.length > (options.filter.maxLength ?? 0))
  )
    return 'too long';
  const rows = sequences.map(
    ({ inputIds, lossMask, oldLogprobs }, index): Row => ({
      schema: 'entente.rows/1',
      run_id: run.runId,
      group_id: group.groupId,
      episode_id: row.episode_id,
      sample_index: row.sample_index,
      row_index: index,
      rows_in_episode: sequences.length,
      dilemma_id: row.dilemma_id,
      pair_id: row.pair_id,
      seat,
      input_ids: inputIds,
      loss_mask: lossMask,
      old_logprobs: sampled.hasLogprobs ? oldLogprobs : null,
      reward,
      reward_components: components,
      advantage,
      advantage_kind: options.advantage.kind,
      advantage_version: advantageVersion,
      token_source: sampled.source,
      policy_model: turns[0]?.model ?? '',
      policy_version: group.config.policy_version,
    }),
  );
  const trained = turns.map((turn) => ({ turn, carriesLoss: !(options.truncated === 'mask' && isTruncated(turn)) }));
  certifyEpisode(certificate, row.episode_id, rows, trained);
  return rows;
}

interface Sampled {
  turns: SampledTurn[];
  source: TokenSource;
  hasLogprobs: boolean;
}

function sampledTurns(turns: readonly TurnRow[], { truncated, allow }: ExportOptions): Sampled | string {
  if (turns.length === 0) return 'no turns of the learner';
  if (truncated === 'drop' && turns.some(isTruncated)) return 'truncated';
  const sampled: SampledTurn[] = [];
  let hasLogprobs = true;
  for (const turn of turns) {
    const { tokens } = turn;
    if (tokens === null || tokens.promptIds === null || tokens.promptIds.length === 0 || tokens.replyIds.length === 0)
      return 'no token ids';
    if (tokens.logprobs === null && !allow.includes('no-logprobs')) return 'no log-probabilities';
    if (tokens.logprobs !== null && tokens.logprobs.length !== tokens.replyIds.length) return 'misaligned tokens';
    hasLogprobs &&= tokens.logprobs !== null;
    sampled.push({
      promptIds: tokens.promptIds,
      replyIds: tokens.replyIds,
      logprobs: tokens.logprobs ?? new Float32Array(tokens.replyIds.length),
      masked: truncated === 'mask' && isTruncated(turn),
    });
  }
  return { turns: sampled, source: leastTrusted(turns), hasLogprobs };
}

function isTruncated(turn: TurnRow): boolean {
  return turn.finish_reason === 'length';
}

/** An episode is as trustworthy as its least trustworthy turn. */
function leastTrusted(turns: readonly TurnRow[]): TokenSource {
  if (turns.some(({ token_source }) => token_source === 'rehearsal')) return 'rehearsal';
  return turns.some(({ tokens }) => tokens?.source === 'retokenized') ? 'retokenized' : 'server';
}

/**
 * Exports a run: group by group, rewards to advantages, turns to rows, rows to a file that appears whole or not at all.
 * What cannot be trained on is left out and counted, never filled in.
 */
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EntenteError } from '../errors.js';
import { groupAdvantages, groupsOf } from '../reward/index.js';
import type { EpisodeRow, RunRecord, Store, TurnRow } from '../store/index.js';
import { assembleRows, type SampledTurn } from '../trajectory/index.js';
import { type Row, rowsOf } from './rows.js';

/** Why an episode gave no row. */
export type LeftOut =
  | 'unfinished'
  | 'failed'
  | 'ungraded'
  | 'no turns of the learner'
  | 'no token ids'
  | 'no log-probabilities'
  | 'misaligned tokens';

export interface ExportReport {
  episodes: number;
  rows: number;
  /** Tokens in all, and those that carry loss. */
  tokens: number;
  trained_tokens: number;
  left_out: Partial<Record<LeftOut, number>>;
  /** True where any token was rehearsed: the file is for testing a pipeline only. */
  rehearsal: boolean;
}

/** Writes JSONL. Throws `storage` where the file cannot be written; no half file is left. */
export async function exportRows(store: Store, run: RunRecord, out: string): Promise<ExportReport> {
  const report: ExportReport = { episodes: 0, rows: 0, tokens: 0, trained_tokens: 0, left_out: {}, rehearsal: false };
  const partial = `${out}.partial`;
  try {
    await pipeline(Readable.from(jsonLines(store, run, report)), createWriteStream(partial));
    renameSync(partial, out);
  } catch (error) {
    rmSync(partial, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || error instanceof EntenteError) throw error;
    throw new EntenteError('storage', `${out}: cannot be written (${code}).`, { cause: error });
  }
  return report;
}

function* jsonLines(store: Store, run: RunRecord, report: ExportReport): Generator<string> {
  for (const row of runRows(store, run, report)) {
    report.rows++;
    report.tokens += row.input_ids.length;
    report.trained_tokens += row.loss_mask.reduce<number>((sum, mask) => sum + mask, 0);
    report.rehearsal ||= row.token_source === 'rehearsal';
    yield `${JSON.stringify(row)}\n`;
  }
}

/** Every row of a run, in order of group, episode and turn. `report` counts along. */
export function* runRows(
  store: Store,
  run: RunRecord,
  report: Pick<ExportReport, 'episodes' | 'left_out'>,
): Generator<Row> {
  for (const group of groupsOf(store.episodes(run.runId))) {
    const advantages = groupAdvantages(group.map(({ reward }) => reward));
    for (const [index, episode] of group.entries()) {
      const rows = episodeRows(store, run, episode, advantages[index] ?? null);
      if (typeof rows === 'string') report.left_out[rows] = (report.left_out[rows] ?? 0) + 1;
      else {
        report.episodes++;
        yield* rows;
      }
    }
  }
}

function episodeRows(store: Store, run: RunRecord, episode: EpisodeRow, advantage: number | null): Row[] | LeftOut {
  const { reward } = episode;
  if (episode.status === 'failed') return 'failed';
  if (episode.status !== 'done') return 'unfinished';
  if (reward === null || advantage === null) return 'ungraded';
  const seat = run.config.learner;
  const turns = store.turns(episode.episode_id).filter((turn) => turn.seat === seat);
  const sampled = sampledTurns(turns);
  if (typeof sampled === 'string') return sampled;
  const stamp = {
    run_id: run.runId,
    group_id: episode.group_id,
    episode_id: episode.episode_id,
    sample_index: episode.sample_index,
    dilemma_id: episode.dilemma_id,
    pair_id: episode.pair_id,
    seat,
    reward,
    reward_components: { ca: reward },
    advantage,
    advantage_kind: 'grpo' as const,
    token_source: sampled.source,
    policy_model: turns[0]?.model ?? '',
    policy_version: run.config.policy_version,
  };
  return rowsOf(stamp, assembleRows(sampled.turns));
}

function sampledTurns(turns: readonly TurnRow[]): { turns: SampledTurn[]; source: Row['token_source'] } | LeftOut {
  const sampled: SampledTurn[] = [];
  let source: Row['token_source'] | null = null;
  for (const { tokens } of turns) {
    if (tokens === null || tokens.promptIds.length === 0 || tokens.replyIds.length === 0) return 'no token ids';
    if (tokens.logprobs === null) return 'no log-probabilities';
    if (tokens.logprobs.length !== tokens.replyIds.length) return 'misaligned tokens';
    // An episode is as trustworthy as its least trustworthy turn.
    source = source === null || tokens.source !== 'server' ? tokens.source : source;
    sampled.push({ promptIds: tokens.promptIds, replyIds: tokens.replyIds, logprobs: tokens.logprobs });
  }
  return source === null ? 'no turns of the learner' : { turns: sampled, source };
}

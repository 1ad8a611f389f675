/** Runs stored turn by turn, and what an export makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { TokenTrace } from '../../src/domain/index.js';
import {
  defaultExportOptions,
  type ExportOptions,
  type ExportRequest,
  exportRun,
  type Manifest,
  type Row,
} from '../../src/export/index.js';
import { type Ending, noon, type StoredRun, spokenCall, storeEndings } from './stored-runs.js';

export interface SpokenEpisode {
  ending: Ending;
  /** From A in turn. */
  turns: readonly (TokenTrace | null | SpokenTurn)[];
}

/** A turn that is unusual in more than its tokens. */
export interface SpokenTurn {
  tokens: TokenTrace | null;
  model?: string;
  content?: string;
  finishReason?: string;
}

/** A run of one group per inner list, every episode with its turns. */
export function storeSpoken(folder: string, groups: readonly (readonly SpokenEpisode[])[]): StoredRun {
  const played = storeEndings(
    join(folder, 'runs.db'),
    groups.map((episodes) => episodes.map(({ ending }) => ending)),
  );
  const size = Math.max(...groups.map((episodes) => episodes.length));
  for (const { episode_id, number, sample_index } of played.store.episodes(played.run.runId)) {
    const episode = groups[Math.floor((number - 1) / size)]?.[sample_index];
    const journal = played.store.journal(episode_id);
    for (const [index, turn] of (episode?.turns ?? []).entries()) {
      const { tokens, ...rest } = turn === null || 'source' in turn ? { tokens: turn } : turn;
      const call = spokenCall(index, tokens);
      const { model = call.model, ...said } = rest as Omit<SpokenTurn, 'tokens'>;
      journal.record({ ...call, model, reply: { ...call.reply, ...said } });
    }
  }
  // What was not waited for above becomes durable with this.
  played.store.setRunStatus(played.run.runId, 'pending');
  return played;
}

export type ExportParts = Partial<Omit<ExportRequest, 'options'>> & { options?: Partial<ExportOptions> };

export function requestOf(out: string, { options, ...parts }: ExportParts = {}): ExportRequest {
  return {
    format: 'rows',
    out,
    options: { ...defaultExportOptions, ...options },
    secrets: [],
    now: noon,
    version: '0',
    ...parts,
  };
}

export function readRecords<T = Row>(file: string): T[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${file} ends in the middle of a line`);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

/** Exports into one file and reads it again, unless it is Parquet. */
export async function exportedAs<T = Row>(
  { store, run }: StoredRun,
  out: string,
  parts: ExportParts = {},
): Promise<{ manifest: Manifest; records: T[] }> {
  const [manifest] = await exportRun(store, run, requestOf(out, parts));
  if (manifest === undefined) throw new Error('no manifest');
  return { manifest, records: out.endsWith('.parquet') ? [] : readRecords<T>(out) };
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { exportRun, type Manifest, type Row } from '../../src/export/index.js';
import { exportedAs, requestOf } from '../support/exports.js';
import { playStored } from '../support/played-runs.js';
import type { StoredRun } from '../support/stored-runs.js';

/** The published format, field by field and in order (docs/formats.md), written down here once more on purpose. */
const published = z.strictObject({
  schema: z.literal('entente.rows/1'),
  run_id: z.string().min(1),
  group_id: z.string().min(1),
  episode_id: z.string().min(1),
  sample_index: z.int().min(0),
  row_index: z.int().min(0),
  rows_in_episode: z.int().min(1),
  dilemma_id: z.string().min(1),
  pair_id: z.string().min(1),
  seat: z.enum(['A', 'B']),
  input_ids: z.array(z.int().min(0)).min(1),
  loss_mask: z.array(z.union([z.literal(0), z.literal(1)])),
  old_logprobs: z.array(z.number().max(0)),
  reward: z.number().min(0).max(5),
  reward_components: z.record(z.string(), z.number()),
  advantage: z.number(),
  advantage_kind: z.literal('grpo'),
  advantage_version: z.literal(1),
  token_source: z.enum(['server', 'retokenized', 'rehearsal']),
  policy_model: z.string().min(1),
  policy_version: z.string().nullable(),
});

interface Exported extends StoredRun {
  out: string;
  rows: Row[];
  manifest: Manifest;
}

const ints = (blob: Buffer) => [...new Int32Array(Uint8Array.from(blob).buffer)];
const floats = (blob: Buffer) => [...new Float32Array(Uint8Array.from(blob).buffer)];
const logprobsOf = (row: Row) => row.old_logprobs ?? [];
const trained = (row: Row) => row.loss_mask.flatMap((mask, index) => (mask === 1 ? [index] : []));

const plans = [
  { what: 'a window of two turns', config: { window: 2, learner: 'A', policy_version: 'step-40' } },
  { what: 'the whole dialogue in view', config: { window: 'all', learner: 'A' } },
  { what: 'the learner in seat B', config: { window: 2, learner: 'B' } },
] as const;

describe.each(plans)('an exported run with $what', ({ config }) => {
  let folder: string;
  let exported: Exported;
  let database: Database.Database;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'entente-test-'));
    const played = await playStored(join(folder, 'runs.db'), {
      ...config,
      groups: 4,
      group_size: 3,
      seed: 9,
      max_rounds: 4,
    });
    const out = join(folder, 'rows.jsonl');
    const { manifest, records } = await exportedAs(played, out, { options: { seat: config.learner } });
    exported = { ...played, out, manifest, rows: records };
    database = new Database(played.path, { readonly: true });
  });
  afterAll(() => {
    database.close();
    exported.store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has rows of the published format, field by field and in order', () => {
    expect(exported.rows.length).toBeGreaterThan(10);
    for (const row of exported.rows) {
      expect(published.parse(row)).toEqual(row);
      expect(Object.keys(row)).toEqual(Object.keys(published.shape));
      expect([row.loss_mask.length, logprobsOf(row).length]).toEqual([row.input_ids.length, row.input_ids.length]);
      expect(logprobsOf(row).filter((logprob, index) => row.loss_mask[index] === 0 && logprob !== 0)).toEqual([]);
      expect(trained(row)).not.toEqual([]);
    }
  });

  test('says of every row where it comes from and how it was graded, as v_episodes says it', () => {
    const { rows, run } = exported;
    const episode = database.prepare(
      `SELECT run_id, group_id, episode_id, sample_index, dilemma_id, pair_id, reward, advantage FROM v_episodes
       WHERE episode_id = ?`,
    );
    for (const row of rows) {
      const { advantage, ...stored } = episode.get(row.episode_id) as Record<string, number>;
      expect(row).toMatchObject(stored);
      expect(row.advantage).toBeCloseTo(advantage ?? Number.NaN, 9);
      expect(row.reward_components).toEqual({ ca: row.reward });
      expect(row.policy_version).toBe('policy_version' in config ? config.policy_version : null);
      expect([row.seat, row.token_source, row.policy_model]).toEqual([config.learner, 'rehearsal', 'rehearsal']);
    }
    expect(new Set(rows.map(({ run_id }) => run_id))).toEqual(new Set([run.runId]));
  });

  test('trains every token that the learner sampled in the dialogue, once, and no other', () => {
    const { rows } = exported;
    const turns = database.prepare(
      'SELECT reply_ids, logprobs FROM v_turns WHERE episode_id = ? AND seat = ? ORDER BY turn_index',
    );
    for (const id of new Set(rows.map(({ episode_id }) => episode_id))) {
      const own = rows.filter(({ episode_id }) => episode_id === id);
      const sampled = turns.all(id, config.learner) as { reply_ids: Buffer; logprobs: Buffer }[];
      expect(own.flatMap((row) => trained(row).map((at) => row.input_ids[at]))).toEqual(
        sampled.flatMap(({ reply_ids }) => ints(reply_ids)),
      );
      expect(own.flatMap((row) => trained(row).map((at) => logprobsOf(row)[at]))).toEqual(
        sampled.flatMap(({ logprobs }) => floats(logprobs)),
      );
    }
  });

  test('numbers the rows of an episode and gives all of them one advantage, whatever their number', () => {
    const { rows } = exported;
    const ids = [...new Set(rows.map(({ episode_id }) => episode_id))];
    const episodes = ids.map((id) => rows.filter(({ episode_id }) => episode_id === id));
    for (const own of episodes) {
      expect(own.map(({ row_index }) => row_index)).toEqual([...own.keys()]);
      expect(new Set(own.map(({ rows_in_episode }) => rows_in_episode))).toEqual(new Set([own.length]));
      expect(new Set(own.map(({ advantage }) => advantage)).size).toBe(1);
    }
    const counts = episodes.map((own) => own.length);
    // With the whole dialogue in view each prompt extends the last one; with a window it does not for long.
    if (config.window === 'all') expect(Math.max(...counts)).toBe(1);
    else expect(Math.max(...counts)).toBeGreaterThan(1);
    expect(counts).toHaveLength(12);
  });

  test('is counted right, says that it was rehearsed, and is the same when it is written again', async () => {
    const { rows, manifest, store, run, out } = exported;
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(manifest.counts).toEqual({
      groups: 4,
      episodes: new Set(rows.map(({ episode_id }) => episode_id)).size,
      records: rows.length,
      tokens: sum(rows.map(({ input_ids }) => input_ids.length)),
      trained_tokens: sum(rows.map((row) => trained(row).length)),
      left_out: {},
    });
    expect(manifest.rehearsal).toBe(true);
    const before = readFileSync(out);
    await exportRun(store, run, requestOf(out, { options: { seat: config.learner } }));
    expect(readFileSync(out).equals(before)).toBe(true);
  });
});

import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EntenteError } from '../../src/errors.js';
import { exportRun } from '../../src/export/index.js';
import type { Store } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import { exportedAs, requestOf, type SpokenEpisode, storeSpoken } from '../support/exports.js';
import { traceOf } from '../support/stored-runs.js';

const good = traceOf([1, 2], [3, 4], [-1, -2]);
const bare = { ...good, source: 'retokenized' as const };

/** One group; each episode ended as given and spoke these turns, from A in turn. */
const stored = (folder: string, episodes: readonly SpokenEpisode[]) => storeSpoken(folder, [episodes]);

describe('what cannot be trained on', () => {
  test('is left out and counted by its reason', async () => {
    const folder = emptyFolder();
    const run = stored(folder, [
      { ending: { reward: 1 }, turns: [good, null, good] },
      { ending: { reward: 3 }, turns: [good] },
      { ending: null, turns: [good] },
      { ending: null, turns: [good] },
      { ending: { status: 'failed', outcome: null, failure: { code: 'timeout', message: 'late' } }, turns: [good] },
      { ending: { reward: null }, turns: [good] },
      { ending: { reward: 2 }, turns: [] },
      { ending: { reward: 2 }, turns: [good, good, null] },
      { ending: { reward: 2 }, turns: [traceOf([1], [2, 3], null)] },
      { ending: { reward: 2 }, turns: [traceOf([1], [2, 3], [-1])] },
      { ending: { reward: 2 }, turns: [traceOf([1], [2], [-1, -2])] },
    ]);
    const { manifest, records: rows } = await exportedAs(run, join(folder, 'rows.jsonl'), {
      options: { allow: ['incomplete-groups'] },
    });
    expect(manifest.counts.left_out).toEqual({
      unfinished: 2,
      failed: 1,
      ungraded: 1,
      'no turns of the learner': 1,
      'no token ids': 1,
      'no log-probabilities': 1,
      'misaligned tokens': 2,
    });
    expect(manifest).toMatchObject({ counts: { episodes: 2, records: 3 }, rehearsal: false });
    expect(rows.map(({ sample_index, row_index }) => [sample_index, row_index])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    run.store.close();
  });

  test('is a turn of words without ids too: no row without loss comes of it, and no turn goes missing unsaid', async () => {
    const folder = emptyFolder();
    const run = stored(folder, [
      { ending: { reward: 1 }, turns: [traceOf([1, 2], [], [])] },
      { ending: { reward: 1 }, turns: [good, null, traceOf([1, 2], [], [])] },
      { ending: { reward: 1 }, turns: [traceOf([], [3], [-1])] },
      { ending: { reward: 1 }, turns: [good] },
    ]);
    const { manifest, records: rows } = await exportedAs(run, join(folder, 'rows.jsonl'));
    expect(manifest.counts).toMatchObject({ episodes: 1, records: 1, left_out: { 'no token ids': 3 } });
    expect(rows.map(({ sample_index }) => sample_index)).toEqual([3]);
    run.store.close();
  });

  test('is no reason to move the advantages: these are over everything that was graded, as v_episodes has them', async () => {
    const folder = emptyFolder();
    const run = stored(folder, [
      { ending: { reward: 0 }, turns: [null] },
      { ending: { reward: 4 }, turns: [good] },
      { ending: { reward: null }, turns: [good] },
    ]);
    const { records: rows } = await exportedAs(run, join(folder, 'rows.jsonl'));
    expect(rows.map(({ advantage }) => advantage)).toEqual([1]);
    run.store.close();
  });

  test('is not the other seat: its tokens may be missing', async () => {
    const folder = emptyFolder();
    const run = stored(folder, [{ ending: { reward: 1 }, turns: [good, null, traceOf([1, 2, 3, 4, 9], [5], [-3])] }]);
    const { records: rows } = await exportedAs(run, join(folder, 'rows.jsonl'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ input_ids: [1, 2, 3, 4, 9, 5], loss_mask: [0, 0, 1, 1, 0, 1], advantage: 0 });
    run.store.close();
  });
});

test('tokens that no server sent are marked, also where only one turn of the episode has them', async () => {
  const folder = emptyFolder();
  const run = stored(folder, [
    { ending: { reward: 1 }, turns: [good, null, good] },
    { ending: { reward: 1 }, turns: [good, null, bare, null, good] },
    { ending: { reward: 1 }, turns: [bare, null, good] },
  ]);
  const { records: rows } = await exportedAs(run, join(folder, 'rows.jsonl'), {
    options: { allow: ['retokenized'] },
  });
  const sources = new Map(rows.map(({ sample_index, token_source }) => [sample_index, token_source]));
  expect([...sources.values()]).toEqual(['server', 'retokenized', 'retokenized']);
  run.store.close();
});

describe('an export that cannot be finished leaves no half file', () => {
  /** Three episodes with rows; `out` holds the export of an earlier day. */
  function prepared() {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'exports'));
    const out = join(folder, 'exports/rows.jsonl');
    writeFileSync(out, 'of an earlier day\n');
    const episodes = Array.from({ length: 3 }, () => ({ ending: { reward: 1 }, turns: [good] }));
    return { folder, out, ...stored(folder, episodes) };
  }

  function expectUntouched(out: string): void {
    expect(readdirSync(join(out, '..'))).toEqual(['rows.jsonl']);
    expect(readFileSync(out, 'utf8')).toBe('of an earlier day\n');
  }

  test('when the database fails midway', async () => {
    const { store, run, out } = prepared();
    const failure = new EntenteError('storage', 'the disk failed');
    let episodes = 0;
    const failing: Store = {
      ...store,
      turns: (id) => {
        if (++episodes === 3) throw failure;
        return store.turns(id);
      },
    };
    await expect(exportRun(failing, run, requestOf(out))).rejects.toBe(failure);
    expectUntouched(out);
    store.close();
  });

  test('when the disk is full', async () => {
    const { store, run, out } = prepared();
    // Every write to this device ends as on a full disk.
    symlinkSync('/dev/full', `${out}.partial`);
    await expect(exportRun(store, run, requestOf(out))).rejects.toMatchObject({
      code: 'storage',
      message: `${out}: cannot be written (ENOSPC).`,
    });
    expectUntouched(out);
    store.close();
  });

  test('when the folder is missing, or the name is that of a folder', async () => {
    const { store, run, out, folder } = prepared();
    const missing = join(folder, 'none/rows.jsonl');
    await expect(exportRun(store, run, requestOf(missing))).rejects.toMatchObject({
      code: 'storage',
      message: `${missing}: cannot be written (ENOENT).`,
    });
    const taken = join(folder, 'taken.jsonl');
    mkdirSync(taken);
    await expect(exportRun(store, run, requestOf(taken))).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('/taken.jsonl: cannot be written'),
    });
    expect(
      readdirSync(folder).filter((name) => name.includes('partial') || name === 'none' || name.includes('manifest')),
    ).toEqual([]);
    expectUntouched(out);
    store.close();
  });
});

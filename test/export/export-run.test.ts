import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TokenTrace } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import { type ExportReport, exportRows, type Row } from '../../src/export/index.js';
import type { Store } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import { type Ending, type StoredRun, spokenCall, storeEndings, traceOf } from '../support/stored-runs.js';

const good = traceOf([1, 2], [3, 4], [-1, -2]);
const bare = { ...good, source: 'retokenized' as const };

/** One group; each episode ended as given and spoke these turns, from A in turn. */
function stored(folder: string, episodes: readonly { ending: Ending; turns: readonly (TokenTrace | null)[] }[]) {
  const played = storeEndings(join(folder, 'runs.db'), [episodes.map(({ ending }) => ending)]);
  for (const { episode_id, number } of played.store.episodes(played.run.runId)) {
    const journal = played.store.journal(episode_id);
    for (const [turn, tokens] of (episodes[number - 1]?.turns ?? []).entries())
      journal.record(spokenCall(turn, tokens));
  }
  return played;
}

async function exportedRows({ store, run }: StoredRun, out: string): Promise<{ report: ExportReport; rows: Row[] }> {
  const report = await exportRows(store, run, out);
  const rows = readFileSync(out, 'utf8').split('\n').filter(Boolean);
  return { report, rows: rows.map((row) => JSON.parse(row) as Row) };
}

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
    const { report, rows } = await exportedRows(run, join(folder, 'rows.jsonl'));
    expect(report.left_out).toEqual({
      unfinished: 2,
      failed: 1,
      ungraded: 1,
      'no turns of the learner': 1,
      'no token ids': 1,
      'no log-probabilities': 1,
      'misaligned tokens': 2,
    });
    expect(report).toMatchObject({ episodes: 2, rows: 3, rehearsal: false });
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
    const { report, rows } = await exportedRows(run, join(folder, 'rows.jsonl'));
    expect(report).toMatchObject({ episodes: 1, rows: 1, left_out: { 'no token ids': 3 } });
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
    const { rows } = await exportedRows(run, join(folder, 'rows.jsonl'));
    expect(rows.map(({ advantage }) => advantage)).toEqual([1]);
    run.store.close();
  });

  test('is not the other seat: its tokens may be missing', async () => {
    const folder = emptyFolder();
    const run = stored(folder, [{ ending: { reward: 1 }, turns: [good, null, traceOf([1, 2, 3, 4, 9], [5], [-3])] }]);
    const { rows } = await exportedRows(run, join(folder, 'rows.jsonl'));
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
  const { rows } = await exportedRows(run, join(folder, 'rows.jsonl'));
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
    await expect(exportRows(failing, run, out)).rejects.toBe(failure);
    expectUntouched(out);
    store.close();
  });

  test('when the disk is full', async () => {
    const { store, run, out } = prepared();
    // Every write to this device ends as on a full disk.
    symlinkSync('/dev/full', `${out}.partial`);
    await expect(exportRows(store, run, out)).rejects.toMatchObject({
      code: 'storage',
      message: `${out}: cannot be written (ENOSPC).`,
    });
    expectUntouched(out);
    store.close();
  });

  test('when the folder is missing, or the name is that of a folder', async () => {
    const { store, run, out, folder } = prepared();
    const missing = join(folder, 'none/rows.jsonl');
    await expect(exportRows(store, run, missing)).rejects.toMatchObject({
      code: 'storage',
      message: `${missing}: cannot be written (ENOENT).`,
    });
    await expect(exportRows(store, run, join(folder, 'exports'))).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('/exports: cannot be written'),
    });
    expect(readdirSync(folder).filter((name) => name.includes('partial') || name === 'none')).toEqual([]);
    expectUntouched(out);
    store.close();
  });
});

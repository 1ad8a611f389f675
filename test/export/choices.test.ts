import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ExportOptions, Row } from '../../src/export/index.js';
import { emptyFolder } from '../support/cli.js';
import { exportedAs, type SpokenEpisode, type SpokenTurn, storeSpoken } from '../support/exports.js';
import type { StoredRun } from '../support/stored-runs.js';
import { traceOf } from '../support/stored-runs.js';

const good = traceOf([1, 2], [3, 4], [-1, -2]);
const cut: SpokenTurn = { tokens: traceOf([5], [6, 7, 8], [-3, -4, -5]), finishReason: 'length' };
const noFilter = {
  outcome: null,
  tier: null,
  minReward: null,
  maxReward: null,
  dropZeroVariance: false,
  maxLength: null,
};
const filtered = (filter: Partial<ExportOptions['filter']>) => ({ filter: { ...noFilter, ...filter } });

function stored(...groups: SpokenEpisode[][]): StoredRun & { out: string } {
  const folder = emptyFolder();
  const run = storeSpoken(folder, groups);
  onTestFinished(() => run.store.close());
  return { ...run, out: join(folder, 'rows.jsonl') };
}

const exportWith = (run: StoredRun & { out: string }, options: Partial<ExportOptions>) =>
  exportedAs(run, run.out, { options });
const namesOf = (rows: readonly Row[]) => [
  ...new Set(rows.map(({ episode_id }) => episode_id.replace('stored-id-', ''))),
];

describe('turns that were cut at max_tokens', () => {
  const run = () =>
    stored([
      { ending: { reward: 1 }, turns: [good, null, cut] },
      { ending: { reward: 3 }, turns: [good] },
      { ending: { reward: 2 }, turns: [cut] },
    ]);

  test('are kept with loss, as any other, unless said otherwise', async () => {
    const { manifest, records } = await exportWith(run(), {});
    expect(manifest.counts).toMatchObject({ episodes: 3, records: 4, trained_tokens: 10, left_out: {} });
    expect(records.map(({ loss_mask }) => loss_mask)).toContainEqual([0, 1, 1, 1]);
  });

  test('take their episode with them, counted, under `drop`', async () => {
    const { manifest, records } = await exportWith(run(), { truncated: 'drop' });
    expect(namesOf(records)).toEqual(['2']);
    expect(manifest.counts.left_out).toEqual({ truncated: 2 });
    expect(manifest.options['truncated']).toBe('drop');
  });

  test('carry no loss under `mask`, and an episode of nothing else is left out', async () => {
    const { manifest, records } = await exportWith(run(), { truncated: 'mask' });
    expect(records.map(({ input_ids, loss_mask }) => [input_ids, loss_mask])).toEqual([
      [
        [1, 2, 3, 4],
        [0, 0, 1, 1],
      ],
      [
        [1, 2, 3, 4],
        [0, 0, 1, 1],
      ],
    ]);
    expect(manifest.counts.left_out).toEqual({ 'fully masked': 1 });
  });

  test('are treated the same where text is exported', async () => {
    const [all, best] = [run(), { threshold: 0 }];
    const sft = async (truncated: ExportOptions['truncated']) => {
      const options = { truncated, ...best };
      const { manifest, records } = await exportedAs<{ messages: unknown[] }>(all, all.out, { format: 'sft', options });
      return [records.length, manifest.counts.episodes, manifest.counts.left_out];
    };
    expect(await sft('keep')).toEqual([4, 3, {}]);
    expect(await sft('drop')).toEqual([1, 1, { truncated: 2 }]);
    expect(await sft('mask')).toEqual([2, 3, {}]);
  });
});

describe('filters', () => {
  const run = () =>
    stored(
      [
        { ending: { reward: 1, outcome: 'agreed' }, turns: [good] },
        { ending: { reward: 3, outcome: 'agreed' }, turns: [good, null, cut] },
        { ending: { reward: 0, outcome: 'deadlocked', completion: null }, turns: [good] },
      ],
      [
        { ending: { reward: 2 }, turns: [good] },
        { ending: { reward: 2 }, turns: [good] },
        { ending: { reward: 2 }, turns: [good] },
      ],
    );
  const tierOfFirst = (stored: StoredRun) => stored.store.scenario('stored-id-g1').dilemma.tier;

  const table: { what: string; filter: Partial<ExportOptions['filter']>; kept: string[] }[] = [
    { what: 'by outcome', filter: { outcome: 'deadlocked' }, kept: ['3'] },
    { what: 'from a reward on', filter: { minReward: 2 }, kept: ['2', '4', '5', '6'] },
    { what: 'up to a reward', filter: { maxReward: 1 }, kept: ['1', '3'] },
    { what: 'by a range of rewards', filter: { minReward: 1, maxReward: 2 }, kept: ['1', '4', '5', '6'] },
  ];
  test.each(table)('$what keep these episodes, and count the others', async ({ filter, kept }) => {
    const { manifest, records } = await exportWith(run(), filtered(filter));
    expect(namesOf(records)).toEqual(kept);
    expect(manifest.counts.left_out).toEqual({ filtered: 6 - kept.length });
  });

  test('by tier keep whole groups', async () => {
    const all = run();
    const { records } = await exportWith(all, filtered({ tier: tierOfFirst(all) }));
    expect(namesOf(records)).toEqual(['1', '2', '3']);
  });

  test('never move an advantage: it is over the whole group', async () => {
    const all = run();
    const before = (await exportWith(all, {})).records.find(({ reward }) => reward === 3);
    const { records } = await exportWith(all, filtered({ minReward: 3 }));
    expect(records.map(({ advantage }) => advantage)).toEqual([before?.advantage, before?.advantage]);
    expect(before?.advantage).toBeCloseTo((3 - 4 / 3) / Math.sqrt(14 / 9), 12);
  });

  test('of zero variance drop groups without spread, and those alone', async () => {
    const { manifest, records } = await exportWith(run(), filtered({ dropZeroVariance: true }));
    expect(namesOf(records)).toEqual(['1', '2', '3']);
    expect(manifest.counts.left_out).toEqual({ 'in a group without spread': 3 });
    const kept = await exportWith(run(), {});
    expect(kept.records.filter(({ reward }) => reward === 2).map(({ advantage }) => advantage)).toEqual([0, 0, 0]);
  });

  test('of length leave out an episode with one row too long, and keep one that just fits', async () => {
    const long = () =>
      stored([
        { ending: { reward: 1 }, turns: [good] },
        { ending: { reward: 2 }, turns: [good, null, traceOf([1, 2, 3, 4, 9], [5], [-1])] },
      ]);
    const fits = await exportWith(long(), filtered({ maxLength: 6 }));
    expect(namesOf(fits.records)).toEqual(['1', '2']);
    const short = await exportWith(long(), filtered({ maxLength: 5 }));
    expect([namesOf(short.records), short.manifest.counts.left_out]).toEqual([['1'], { 'too long': 1 }]);
  });
});

describe('the seat', () => {
  const a = traceOf([1], [2], [-1]);
  const b = traceOf([1, 2], [3], [-2]);
  const run = () =>
    stored([
      { ending: { reward: 1 }, turns: [a, b] },
      { ending: { reward: 3 }, turns: [a, null] },
    ]);
  const shape = ({ episode_id, seat, input_ids, loss_mask }: Row) => [
    episode_id.replace('stored-id-', ''),
    seat,
    input_ids,
    loss_mask,
  ];

  test('says whose turns are trained; the other is context', async () => {
    const { records } = await exportWith(run(), { seat: 'B' });
    expect(records.map(shape)).toEqual([['1', 'B', [1, 2, 3], [0, 0, 1]]]);
  });

  test('may be both: rows of each, under one advantage, or none where one of them has no ids', async () => {
    const { manifest, records } = await exportWith(run(), { seat: 'both' });
    expect(records.map(shape)).toEqual([
      ['1', 'A', [1, 2], [0, 1]],
      ['1', 'B', [1, 2, 3], [0, 0, 1]],
    ]);
    expect(new Set(records.map(({ advantage }) => advantage))).toEqual(new Set([-1]));
    expect(manifest.counts).toMatchObject({ episodes: 1, left_out: { 'no token ids': 1 } });
  });
});

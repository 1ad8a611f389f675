import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ExportOptions, RewardFunction } from '../../src/export/index.js';
import { type AdvantageKind, defaultAdvantage } from '../../src/reward/index.js';
import { emptyFolder, entente } from '../support/cli.js';
import { exportedAs, readRecords, requestOf, storeSpoken } from '../support/exports.js';
import { traceOf } from '../support/stored-runs.js';

const said = (tokens: number) => traceOf([1], Array(tokens).fill(2) as number[], Array(tokens).fill(-0.5) as number[]);

/** Rewards 1, 2 and 6, after 1, 2 and 3 tokens of A; B says 10 more each time. The second group is equal. */
function stored() {
  const folder = emptyFolder();
  const group = (...rewards: number[]) =>
    rewards.map((reward, index) => ({ ending: { reward, rounds: index + 1 }, turns: [said(index + 1), said(10)] }));
  const run = storeSpoken(folder, [group(1, 2, 6), group(3, 3, 3)]);
  onTestFinished(() => run.store.close());
  return { folder, run };
}

async function exportedWith(options: Partial<ExportOptions>) {
  const { folder, run } = stored();
  const { manifest, records } = await exportedAs(run, join(folder, 'rows.jsonl'), { options });
  return { manifest, first: records.filter(({ group_id }) => group_id.endsWith('g1')), records };
}

describe('advantages in a file', () => {
  // Deviations −2, −1, 3 of the first group: variance 14 / 3; of the run, with three zeros, 14 / 6.
  const table: { kind: AdvantageKind; advantages: number[]; flat: number }[] = [
    { kind: 'grpo', advantages: [-2, -1, 3].map((from) => from / Math.sqrt(14 / 3)), flat: 0 },
    { kind: 'dr-grpo', advantages: [-2, -1, 3], flat: 0 },
    { kind: 'rloo', advantages: [-3, -1.5, 4.5], flat: 0 },
    { kind: 'batch-std', advantages: [-2, -1, 3].map((from) => from / Math.sqrt(14 / 6)), flat: 0 },
    { kind: 'raw', advantages: [1, 2, 6], flat: 3 },
  ];
  test.each(table)('are those of $kind, which every row and the manifest name', async ({ kind, advantages, flat }) => {
    const { manifest, first, records } = await exportedWith({ advantage: { ...defaultAdvantage, kind } });
    expect(first.map(({ advantage }) => advantage)).toEqual(advantages.map((value) => expect.closeTo(value, 12)));
    expect(records.slice(3).map(({ advantage }) => advantage)).toEqual([flat, flat, flat]);
    expect(new Set(records.map((row) => [row.advantage_kind, row.advantage_version].join()))).toEqual(
      new Set([`${kind},1`]),
    );
    expect(manifest).toMatchObject({ advantage_version: 1, options: { advantage: { kind } } });
  });

  test('have epsilon and min-spread as asked', async () => {
    const withEpsilon = await exportedWith({ advantage: { kind: 'grpo', epsilon: 1, minSpread: 4.9 } });
    expect(withEpsilon.first[0]?.advantage).toBeCloseTo(-2 / (Math.sqrt(14 / 3) + 1), 12);
    const noise = await exportedWith({ advantage: { kind: 'grpo', epsilon: 1, minSpread: 5 } });
    expect(noise.first.map(({ advantage }) => advantage)).toEqual([0, 0, 0]);
  });
});

describe('rewards in a file', () => {
  test('are weighted sums, with their components beside them', async () => {
    const { first, manifest } = await exportedWith({ weights: { ca: 1, rounds: -0.5 } });
    expect(first.map(({ reward, reward_components }) => [reward, reward_components])).toEqual([
      [0.5, { ca: 1, rounds: 1 }],
      [1, { ca: 2, rounds: 2 }],
      [4.5, { ca: 6, rounds: 3 }],
    ]);
    expect(manifest.options['weights']).toEqual({ ca: 1, rounds: -0.5 });
  });

  test.each([
    { seat: 'A' as const, tokens: [1, 2, 3] },
    { seat: 'B' as const, tokens: [10, 10, 10] },
  ])('pay for the tokens of seat $seat where it is the one that learns', async ({ seat, tokens }) => {
    const { first } = await exportedWith({ seat, weights: { ca: 1, length: -100 } });
    expect(first.map(({ reward }) => reward)).toEqual(
      tokens.map((count, index) => expect.closeTo([1, 2, 6][index]! - count / 10, 12)),
    );
  });

  test('pay for the tokens of both seats where both learn', async () => {
    const { first } = await exportedWith({ seat: 'both', weights: { length: -100 } });
    expect([...new Set(first.map(({ reward }) => reward.toFixed(3)))]).toEqual(['-1.100', '-1.200', '-1.300']);
  });

  test('of the user’s own replace all others; null leaves the episode out, and the rest has its own baseline', async () => {
    const reward: RewardFunction = ({ reward, learner_tokens }) => (reward === 6 ? null : learner_tokens);
    const { first, manifest } = await exportedWith({ rewardFunction: { name: 'mine.js', reward } });
    expect(first.map(({ reward, advantage, reward_components }) => [reward, advantage, reward_components])).toEqual([
      [1, -1, { 'mine.js': 1 }],
      [2, 1, { 'mine.js': 2 }],
    ]);
    expect(manifest.counts.left_out).toEqual({ ungraded: 1 });
    expect(manifest.options['reward_function']).toBe('mine.js');
  });

  test('that are no number end the export, also where the library is used', async () => {
    const { folder, run } = stored();
    const rewardFunction = { name: 'mine.js', reward: () => Number.NaN };
    const request = requestOf(join(folder, 'rows.jsonl'), { options: { rewardFunction } });
    await expect(exportedAs(run, request.out, request)).rejects.toMatchObject({ code: 'uncertified' });
  });

  test('come from --reward-module, whose NaN is refused with the episode it was for', async () => {
    const { folder, run } = stored();
    run.store.close();
    writeFileSync(join(folder, 'rounds.mjs'), 'export default ({ rounds }) => (rounds === 3 ? null : -rounds);');
    writeFileSync(join(folder, 'broken.mjs'), 'export default ({ rounds }) => Math.sqrt(2 - rounds);');
    const args = ['export', 'stored', '--db', 'runs.db', '--out', 'rows.jsonl', '--length-penalty', '1'];
    const good = await entente([...args, '--reward-module', 'rounds.mjs'], { cwd: folder });
    expect([good.code, good.stderr]).toEqual([0, expect.stringContaining('left out: 2 ungraded')]);
    expect(readRecords(join(folder, 'rows.jsonl')).map(({ reward }) => reward)).toEqual([-1, -2, -1, -2]);
    const broken = await entente([...args, '--reward-module', 'broken.mjs'], { cwd: folder });
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('gave NaN for stored-id-3')]);
  });
});

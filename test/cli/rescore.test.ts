import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addRescore } from '../../src/cli/rescore.js';
import { emptyFolder } from '../support/cli.js';
import { runCommand } from '../support/command.js';
import { playStored } from '../support/played-runs.js';

async function played(input: Parameters<typeof playStored>[1] = {}) {
  const path = join(emptyFolder(), 'runs.db');
  const { store } = await playStored(path, { name: 'first', groups: 3, group_size: 3, mode: 'eval', ...input });
  store.close();
  return (...args: string[]) => runCommand(addRescore, ['rescore', 'first', '--db', path, ...args]);
}

test('the same judge gives every score again', async () => {
  const rescore = await played();
  const { stdout, exit, error } = await rescore('--scorer', 'rehearsal', '--json');
  expect(error).toBeNull();
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ run: 'first', episodes: 9, pairs: 9, exact: { rate: 1 }, changed: [] });
});

test('another one prints the cross-judge table within 80 columns', async () => {
  const rescore = await played();
  const { stdout } = await rescore('--scorer', 'rehearsal', '--temperature', '1', '--sample', '6');
  for (const name of ['exact', 'within 1', 'Pearson', 'Spearman', 'weighted kappa', 'Krippendorff alpha'])
    expect(stdout).toContain(name);
  expect(stdout).toContain('6 completions');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('decomposed scores are made of the weights that the run has fixed', async () => {
  const rescore = await played({ scorer_method: 'decomposed' });
  const { stdout } = await rescore('--scorer', 'rehearsal', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ method: 'decomposed', exact: { rate: 1 }, mean_difference: 0 });
});

test('weights are never made up afterwards', async () => {
  const rescore = await played();
  const { error } = await rescore('--scorer', 'rehearsal', '--scorer-method', 'decomposed');
  expect(error?.code).toBe('usage');
  expect(error?.message).toMatch(/weights cannot be fixed once completions exist; .*--scorer-method holistic/);
});

test('a budget stops it, and the same command goes on', async () => {
  const rescore = await played();
  const stopped = await rescore('--scorer', 'rehearsal', '--max-tokens', '2000', '--concurrency', '1');
  expect(stopped.error?.code).toBe('budget');
  expect(stopped.error?.message).toContain('the same command with a larger budget goes on');
  const { stdout } = await rescore('--scorer', 'rehearsal', '--json');
  expect(JSON.parse(stdout).pairs).toBe(9);
});

test('a dollar budget without a price is refused before anything is asked', async () => {
  const rescore = await played();
  const { error } = await rescore('--scorer', 'rehearsal', '--max-usd', '1');
  expect(error?.code).toBe('usage');
  expect(error?.message).toContain('no price for rehearsal; use --max-tokens');
});

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addJudge } from '../../src/cli/judge.js';
import { emptyFolder } from '../support/cli.js';
import { runCommand } from '../support/command.js';
import { jsonLines, writeInto } from '../support/library.js';
import { type Ending, storeEndings } from '../support/stored-runs.js';

const ca = (overall: number): Ending => ({
  ca: { knowledge: 1, benevolence: 1, power: 1, vitality: 1, overall },
  reward: overall,
});

function calibrating(labels: string, file = 'labels.jsonl') {
  const folder = emptyFolder();
  const path = join(folder, 'runs.db');
  storeEndings(path, [[ca(4), ca(2), { outcome: 'deadlocked' }, { outcome: 'deadlocked' }]]).store.close();
  const written = writeInto(folder, file, labels);
  return (...args: string[]) =>
    runCommand(addJudge, ['judge', 'calibrate', '--labels', written, '--db', path, ...args]);
}

describe('judge calibrate', () => {
  const good = jsonLines([
    { episode: 'stored/1', agreed: true, ca: 4 },
    { episode: 'stored-id-2', agreed: false },
    { episode: 'stored/2', ca: 1 },
    { episode: 'stored/3', agreed: false },
  ]);

  test('holds stored verdicts against labels, by number or by id', async () => {
    const { stdout, error } = await calibrating(good)('--json');
    expect(error).toBeNull();
    expect(JSON.parse(stdout)).toMatchObject({
      runs: ['stored'],
      agreement: {
        labels: 3,
        sensitivity: { rate: 1 },
        specificity: { count: 1, rate: 0.5 },
        judged_rate: { rate: 0.5 },
        corrected: { rate: 0 },
      },
      ca: { labels: 2, exact: { count: 1 }, mean_difference: 0.5 },
    });
  });

  test('prints it within 80 columns, and says that these are few', async () => {
    const { stdout } = await calibrating(good)();
    for (const name of ['kappa', 'sensitivity', 'specificity', 'corrected', 'weighted kappa', 'only 3 labels'])
      expect(stdout).toContain(name);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('takes numbers where the run is named', async () => {
    const { error } = await calibrating(jsonLines([{ episode: '1', agreed: true }]))('--run', 'stored');
    expect(error).toBeNull();
  });

  const bad: [string, string, RegExp][] = [
    [
      'an unknown id',
      '\n{"episode": "stored/9", "agreed": true}',
      /labels\.jsonl:2: no episode "9" in stored; .*1 to /,
    ],
    [
      'a label twice',
      `${good}{"episode": "stored/1", "ca": 1}`,
      /:5: ca of stored\/1 stands in line 1 already; keep one/,
    ],
    ['a label that says nothing', '{"episode": "stored/1"}', /:1: needs `agreed` .* or both/],
    ['a score off the scale', '{"episode": "stored/1", "ca": 7}', /:1: ca: /],
    ['an unknown key', '{"episode": "stored/1", "agred": true}', /:1: agred: is not a key/],
    ['no JSON', 'yes', /:1: not valid JSON/],
    ['nothing', '\n', /holds no label; write one in a line/],
  ];
  test.each(bad)('refuses %s', async (_what, text, message) => {
    const { error } = await calibrating(text)();
    expect(error?.code).toBe('input');
    expect(error?.message).toMatch(message);
  });

  test('refuses a file of another kind', async () => {
    const { error } = await calibrating('episode,agreed', 'labels.csv')();
    expect(error?.message).toMatch(/labels\.csv must be a \.jsonl file/);
  });
});

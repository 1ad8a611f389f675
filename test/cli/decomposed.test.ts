import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addExport } from '../../src/cli/export.js';
import { readRunConfig } from '../../src/cli/read-config.js';
import { addReplay } from '../../src/cli/replay.js';
import { addReport } from '../../src/cli/report.js';
import { addRun } from '../../src/cli/run.js';
import { EntenteError } from '../../src/errors.js';
import { type Outcome, runCommand } from '../support/command.js';

describe('a run scored by decomposition', () => {
  let folder: string;
  let db: string;
  let ran: Outcome;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'entente-test-'));
    db = join(folder, 'runs.db');
    const size = ['--groups', '2', '--group-size', '3', '--max-rounds', '3', '--seed', '3', '--mode', 'eval'];
    const judging = ['--scorer-method', 'decomposed', '--judge', 'rehearsal', '--judge', 'rehearsal'];
    ran = await runCommand(addRun, ['run', '--name', 'both', '--db', db, ...size, ...judging, '--scorer-samples', '2']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const query = (sql: string) => {
    const database = new Database(db, { readonly: true });
    try {
      return database.prepare(sql).all() as Record<string, number | string | null>[];
    } finally {
      database.close();
    }
  };

  test('says how the sides fared and how far their weights lie apart, in 80 columns', () => {
    expect([ran.error, ran.exit]).toEqual([null, 0]);
    expect(ran.stdout).toMatch(
      /utility, on average: A \d\.\d · B \d\.\d · lesser \d\.\d · product \d+\.\d {3}\(6 episodes\)/,
    );
    expect(ran.stdout).toMatch(/the sides lie \d\.\d apart, their weights 0\.\d\d \(SD over groups 0\.\d\d\)/);
    const lines = ran.stdout.split('\n').filter((line) => /utility|the sides/.test(line));
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test('can be asked in SQL: utilities by side among the verdicts, the reward their weighted sum', () => {
    expect(query('SELECT kind, stakeholder, count(*) AS n FROM v_verdicts WHERE round = 0 GROUP BY 1, 2')).toEqual([
      { kind: 'ca', stakeholder: null, n: 12 },
      { kind: 'utility', stakeholder: 'A', n: 12 },
      { kind: 'utility', stakeholder: 'B', n: 12 },
    ]);
    const off = 'abs(reward - weight_a * utility_a - weight_b * utility_b)';
    expect(query(`SELECT count(*) AS n, max(${off}) < 1e-9 AS same FROM v_episodes`)).toEqual([{ n: 6, same: 1 }]);
  });

  test('is reported with the figures that SQL gives', async () => {
    const { stdout } = await runCommand(addReport, ['report', 'both', '--json', '--db', db]);
    const [{ stakeholders }] = JSON.parse(stdout).runs;
    const [found] = query(
      'SELECT count(*) AS scored, avg(utility_a) AS a, avg(utility_b) AS b, avg(min(utility_a, utility_b)) AS least, avg(utility_a * utility_b) AS nash FROM v_episodes',
    );
    expect(stakeholders).toMatchObject({ scored: found?.['scored'], utility_a: found?.['a'], utility_b: found?.['b'] });
    expect(stakeholders.utility_min).toBeCloseTo(Number(found?.['least']), 10);
    expect(stakeholders.utility_nash).toBeCloseTo(Number(found?.['nash']), 10);
    const [weights] = query(
      'SELECT avg(abs(2 * w - 1)) AS gap FROM (SELECT DISTINCT group_id, weight_a AS w FROM v_episodes)',
    );
    expect(stakeholders.weight_gap).toBeCloseTo(Number(weights?.['gap']), 10);
  });

  test('is replayed with utilities and weights beside the CA score, and with every judge’s verdict', async () => {
    const { stdout } = await runCommand(addReplay, ['replay', 'both/1', '--instant', '--db', db]);
    expect(stdout).toMatch(/collective agency .* \d\.\d\n utility A × 0\.\d\d .* \d\.\d\n utility B × 0\.\d\d /);
    expect(stdout.match(/ judge {2}(not )?agreed:/g)?.length).toBe(2 * (stdout.match(/── round/g)?.length ?? 0));
    expect(stdout).toMatch(/ A: \d of 4 actions are of the kind wanted\. \(rehearsal, \d\.\d\)/);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test('is exported with its reward and all that it was made of', async () => {
    const out = join(folder, 'rows.jsonl');
    expect((await runCommand(addExport, ['export', 'both', '--out', out, '--db', db])).error).toBeNull();
    const rows = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.length).toBeGreaterThan(5);
    for (const { reward, reward_components: parts } of rows) {
      expect(Object.keys(parts).sort()).toEqual([
        ...['ca', 'utility_a', 'utility_b', 'utility_min', 'utility_nash', 'weight_a', 'weight_b'],
      ]);
      expect(reward).toBeCloseTo(parts.weight_a * parts.utility_a + parts.weight_b * parts.utility_b, 12);
    }
  });
});

describe('flags for judges', () => {
  test('given once set the judge, given again make a panel; samples go to each of its judges', () => {
    const { roles, scorer_method } = readRunConfig(undefined, {
      ...{ judge: ['one'], scorer: ['one', 'two'], scorerSamples: '3', scorerMethod: 'decomposed' },
    }).config;
    expect(scorer_method).toBe('decomposed');
    expect([roles.judge.model, roles.judge.samples, roles.judge.others]).toEqual(['one', 1, []]);
    expect([roles.scorer, ...roles.scorer.others].map(({ model, samples }) => [model, samples])).toEqual([
      ['one', 3],
      ['two', 3],
    ]);
  });

  test('for samples alone leave the judge the policy’s model, and sample it at temperature 1', () => {
    const { roles } = readRunConfig(undefined, { policy: 'm@http://127.0.0.1:9/v1', judgeSamples: '5' }).config;
    expect(roles.judge).toMatchObject({ model: 'm@http://127.0.0.1:9/v1', samples: 5, sampling: { temperature: 1 } });
    expect(roles.scorer).toMatchObject({ samples: 1, sampling: { temperature: 0 } });
  });

  test.each([
    [{ judgeSamples: '0' }, '--judge-samples: '],
    [{ scorer: ['one', 'two'], scorerSamples: 'many' }, '--scorer-samples: '],
    [{ scorerMethod: 'magic' }, '--scorer-method: '],
    [{ judge: ['one', ''] }, '--judge: '],
  ])('that are wrong are named: %j', (flags, says) => {
    const wrong = () => readRunConfig(undefined, flags);
    expect(wrong).toThrow(EntenteError);
    expect(wrong).toThrow(says);
  });
});

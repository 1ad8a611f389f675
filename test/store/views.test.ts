import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupAdvantages, groupStatistics } from '../../src/reward/index.js';
import { emptyFolder } from '../support/cli.js';
import { playStored } from '../support/played-runs.js';
import { type StoredRun, storeEndings } from '../support/stored-runs.js';
import { createUnreliableModel } from '../support/unreliable-model.js';

type Cell = string | number | null;

const pythonQueries = `
import json, sqlite3, sys
path, *statements = sys.argv[1:]
database = sqlite3.connect(path)
print(json.dumps([database.execute(statement).fetchall() for statement in statements]))
`;

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const withPython = works('python3', '-c', 'import sqlite3');
const withShell = !withPython && works('sqlite3', '-version');

/** Asks as a user does, without our code: python3's sqlite3 module, else the sqlite3 shell, else a fresh connection. */
function query(path: string, ...statements: string[]): Cell[][][] {
  const read = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' });
  if (withPython) return JSON.parse(read('python3', '-c', pythonQueries, path, ...statements)) as Cell[][][];
  if (withShell) {
    const objects = statements.map((sql) => JSON.parse(read('sqlite3', '-readonly', '-json', path, sql) || '[]'));
    return (objects as Record<string, Cell>[][]).map((rows) => rows.map((row) => Object.values(row)));
  }
  const database = new Database(path, { readonly: true });
  try {
    return statements.map((sql) => database.prepare(sql).raw().all() as Cell[][]);
  } finally {
    database.close();
  }
}

/** The published columns. Others may follow them; these keep their names and places. */
const published = {
  v_runs: 'run_id, name, status, seed, created_at, finished_at, config_json',
  v_groups: 'group_id, run_id, dilemma_id, pair_id, size, graded, reward_mean, reward_std, reward_min, reward_max',
  v_episodes:
    'episode_id, run_id, group_id, sample_index, dilemma_id, pair_id, status, outcome, rounds, completion, ca_score, ' +
    'knowledge, benevolence, power, vitality, reward, advantage, failure',
  v_turns:
    'episode_id, turn_index, round, seat, content, finish_reason, prompt_tokens, completion_tokens, token_source, ' +
    'model, latency_ms',
  v_verdicts: 'episode_id, kind, round, sample_index, value, raw, model, prompt_hash, parse_ok',
  v_gradings: 'run_id, grading_id, judge, method, prompt_hash, episode_id, kind, sample_index, value, raw, parse_ok',
  v_judge_audits: 'audit_id, judge, kind, prompt_hash, passed, failed_json, report_json, version, audited_at',
};

describe('the views of a run with unreadable judges, asked from outside', () => {
  let folder: string;
  let played: StoredRun;
  let path: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'entente-test-'));
    path = join(folder, 'runs.db');
    const judging = {
      judge: createUnreliableModel({ unreadable: 0.15 }),
      scorer: createUnreliableModel({ unreadable: 0.4 }),
    };
    played = await playStored(path, { name: 'outside', groups: 5, group_size: 4, seed: 3, max_rounds: 3 }, judging);
  });
  afterAll(() => {
    played.store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every view begins with the published columns, in their order', () => {
    const views = Object.entries(published);
    const names = query(path, ...views.map(([view]) => `SELECT name FROM pragma_table_info('${view}') ORDER BY cid`));
    for (const [index, [view, columns]] of views.entries()) {
      const expected = columns.split(', ');
      expect([view, ...(names[index] ?? []).slice(0, expected.length).flat()]).toEqual([view, ...expected]);
    }
  });

  test('v_runs holds the run as it was begun, v_groups and v_episodes all that was planned', () => {
    const { run } = played;
    const [runs, configs, sizes, samples] = query(
      path,
      'SELECT run_id, name, status, seed, created_at, finished_at FROM v_runs',
      'SELECT config_json FROM v_runs',
      'SELECT size, count(*) FROM v_groups GROUP BY size',
      'SELECT group_concat(sample_index) FROM v_episodes GROUP BY group_id',
    );
    const noon = '2030-01-01T12:00:00.000Z';
    expect(runs).toEqual([[run.runId, 'outside', 'done', 3, noon, noon]]);
    expect(JSON.parse(String(configs))).toEqual(run.config);
    expect(sizes).toEqual([[4, 5]]);
    expect(samples?.flat()).toEqual(Array(5).fill('0,1,2,3'));
  });

  test('v_turns alternates between A and B from A, two to a round, and says where its tokens come from', () => {
    const [turns = []] = query(
      path,
      'SELECT episode_id, turn_index, round, seat, token_source FROM v_turns ORDER BY 1, 2',
    );
    const next = new Map<Cell, number>();
    for (const [episode = null, index, round, seat, source] of turns) {
      const turn = next.get(episode) ?? 0;
      expect([index, round, seat, source]).toEqual([turn, Math.floor(turn / 2) + 1, 'AB'[turn % 2], 'rehearsal']);
      next.set(episode, turn + 1);
    }
    expect(next.size).toBe(20);
  });

  test('a verdict that was repaired shows once, with the value and words of the repair', () => {
    const [calls = [], verdicts = []] = query(
      path,
      `SELECT e.episode_id, c.kind, c.turn, c.round, c.value, c.parse_ok, c.content
       FROM calls c JOIN episodes e USING (episode) WHERE c.kind NOT IN ('speak', 'completion') ORDER BY c.call`,
      'SELECT episode_id, kind, round, value, parse_ok, raw FROM v_verdicts',
    );
    // The last answer to each question is the verdict, whether it was the first try or the repair.
    const last = new Map<string, Cell[]>();
    for (const [episode, kind, turn, round = null, ...answer] of calls) {
      const asked = String(kind).replace('.repair', '');
      last.set(`${episode} ${asked} ${turn}`, [episode ?? null, asked, round, ...answer]);
    }
    const sorted = (rows: Cell[][]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(sorted(verdicts)).toEqual(sorted([...last.values()]));
    const repairs = calls.filter(([, kind]) => String(kind).endsWith('.repair'));
    expect(repairs.filter(([, , , , , parsed]) => parsed === 1).length).toBeGreaterThan(2);
    expect(repairs.filter(([, , , , , parsed]) => parsed === 0).length).toBeGreaterThan(0);
  });

  test('what could not be read has no value, and an episode without a readable score no reward: never 0', () => {
    const [unread, ungraded] = query(
      path,
      'SELECT DISTINCT value, raw FROM v_verdicts WHERE parse_ok = 0',
      `SELECT DISTINCT e.reward, e.ca_score, e.advantage, e.failure FROM v_episodes e JOIN v_verdicts v USING (episode_id)
       WHERE v.parse_ok = 0`,
    );
    expect(unread).toEqual([[null, 'Hard to say, really.']]);
    expect(ungraded).toEqual([[null, null, null, 'unparsable']]);
  });
});

/** Rewards on a grid of thousandths, as any judge gives them; groups of one to eight, some ungraded, some all equal. */
const rewards = fc.oneof(
  fc.array(
    fc.option(
      fc.integer({ min: 0, max: 5000 }).map((n) => n / 1000),
      { freq: 5 },
    ),
    { minLength: 8, maxLength: 8 },
  ),
  fc
    .tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 8 }))
    .map(([n, size]) => Array.from({ length: 8 }, (_, index) => (index < size ? n / 1000 : null))),
);

/** Groups that are hard on arithmetic: little spread, far from zero. */
const narrow = [
  [4.1, 4.1, 4.1, 4.1, 4.1, 4.1, 4.1, 4.1001],
  [5, 5, 5, 5, 5, 5, 5, 4.9999],
  [3.3, 3.3001, null, 3.3, null, null, null, null],
];

/** Apart by rounding alone: 0.1 + 0.2 and 0.3 are one reward. */
const rounded = [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2, 0.3, null, null, null];

test('reward_std and advantage equal those of the exports to 1e-9, for any group', () => {
  const groups = [...fc.sample(rewards, { seed: 5, numRuns: 60 }), ...narrow, rounded];
  const path = join(emptyFolder(), 'runs.db');
  storeEndings(
    path,
    groups.map((group) => group.map((reward) => ({ reward }))),
  ).store.close();
  const [stored = [], episodes = []] = query(
    path,
    'SELECT graded, reward_mean, reward_std, reward_min, reward_max FROM v_groups ORDER BY ordinal',
    'SELECT advantage FROM v_episodes ORDER BY number',
  );
  const advantages = episodes.flat();
  for (const [index, group] of groups.entries()) {
    const { graded, mean, std, min, max } = groupStatistics(group);
    const expected: Cell[] = [mean, std, min, max, ...groupAdvantages(group)];
    const found = [...(stored[index]?.slice(1) ?? []), ...advantages.slice(8 * index, 8 * index + 8)];
    expect(stored[index]?.[0]).toBe(graded);
    expect(found.map((cell) => cell === null)).toEqual(expected.map((cell) => cell === null));
    for (const [place, cell] of found.entries())
      expect(Math.abs(Number(cell) - Number(expected[place]))).toBeLessThan(1e-9);
  }
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entente } from '../support/cli.js';
import { aDilemma, aPair, jsonLines, writeInto } from '../support/library.js';

let cwd: string;
const run = (name: string, ...args: string[]) =>
  entente(['run', '--name', name, '--db', `${name}.db`, '--group-size', '1', '--max-rounds', '1', ...args], { cwd });
const own = ['--dilemmas', 'd.jsonl', '--personas', 'p.jsonl'];

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'entente-test-'));
  const dilemmas = [
    aDilemma('amber', { tags: ['x'] }),
    aDilemma('birch', { tags: ['y'] }),
    aDilemma('task', { split: 'eval-conflict', pair: aPair('brought') }),
    aDilemma('other-task', { split: 'eval-conflict', pair: 'held' }),
    aDilemma('open', { split: 'eval-open' }),
  ];
  writeInto(cwd, 'd.jsonl', jsonLines(dilemmas));
  writeInto(cwd, 'p.jsonl', jsonLines([aPair('x'), aPair('y'), aPair('held', { split: 'held-out' })]));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function query<T>(name: string, sql: string): T[] {
  const database = new Database(join(cwd, `${name}.db`), { readonly: true });
  try {
    return database.prepare(sql).all() as T[];
  } finally {
    database.close();
  }
}

const groupsOf = (name: string) =>
  query<{ dilemma_id: string; pair_id: string }>(name, 'SELECT dilemma_id, pair_id FROM v_groups')
    .map(({ dilemma_id, pair_id }) => `${dilemma_id} ${pair_id}`)
    .sort();
const configOf = (name: string) =>
  JSON.parse(query<{ config_json: string }>(name, 'SELECT config_json FROM v_runs')[0]?.config_json ?? '{}');

describe('evaluation data', () => {
  test('does not enter a run in train mode unasked', async () => {
    const { code, stdout, stderr } = await run('refused', '--split', 'eval-conflict', '--groups', '1', ...own);
    expect(stderr).toMatch(
      /^entente: split eval-conflict is for evaluation: add --mode eval, or --allow-eval-data .*\n$/,
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(existsSync(join(cwd, 'refused.db'))).toBe(false);
  });

  test('enters where a flag asks for it, and the run keeps a record of that', async () => {
    const { code } = await run('allowed', '--split', 'eval-conflict', '--allow-eval-data', '--groups', '2', ...own);
    expect(code).toBe(0);
    expect(configOf('allowed')).toMatchObject({ allow_eval_data: true, split: 'eval-conflict', mode: 'train' });
    expect(groupsOf('allowed')).toEqual(['other-task held', 'task brought']);
  });

  test('enters a run in eval mode without the flag; open prompts meet held-out pairs only', async () => {
    const { code } = await run('evaluated', '--split', 'eval-open', '--mode', 'eval', '--groups', '1', ...own);
    expect(code).toBe(0);
    expect(configOf('evaluated')).toMatchObject({ allow_eval_data: false, split: 'eval-open', mode: 'eval' });
    expect(groupsOf('evaluated')).toEqual(['open held']);
  });

  test('is not what a run takes that says nothing, whatever the files hold', async () => {
    const [all, tooMany] = await Promise.all([
      run('plain', '--groups', '4', ...own),
      run('more', '--groups', '5', ...own),
    ]);
    expect(all.code).toBe(0);
    expect(configOf('plain')).toMatchObject({ allow_eval_data: false, split: 'train' });
    expect(groupsOf('plain')).toEqual(['amber x', 'amber y', 'birch x', 'birch y']);
    expect(tooMany.stderr).toMatch(/^entente: 5 groups were asked for, but .* make only 4 scenarios\.\n$/);
    expect(tooMany.code).toBe(2);
  });
});

test('tag pairing, both seatings and a curriculum, by flags and config, decide what a run plays', async () => {
  const dilemmas = ['x', 'y'].flatMap((tag) => [
    aDilemma(`p-${tag}`, { tier: 'professional', tags: [tag] }),
    aDilemma(`e-${tag}`, { tier: 'everyday', tags: [tag] }),
  ]);
  writeInto(cwd, 'tagged.jsonl', jsonLines(dilemmas));
  const curriculum = 'tier_weights: {everyday: 1}\ncurriculum: [{from: 0.5, tier_weights: {professional: 1}}]\n';
  writeInto(cwd, 'run.yaml', `${curriculum}groups: 4\ndilemmas: [tagged.jsonl]\npersonas: [p.jsonl]\n`);
  expect((await run('course', 'run.yaml', '--pairing', 'tag', '--seats', 'both')).code).toBe(0);
  const inOrder = query<{ dilemma_id: string; pair_id: string }>('course', 'SELECT * FROM v_episodes ORDER BY number');
  const tiersInOrder = inOrder.map(({ dilemma_id }) => dilemma_id[0]).join('');
  expect(tiersInOrder).toBe('eeeepppp');
  for (const { dilemma_id, pair_id } of inOrder) expect(dilemma_id).toMatch(new RegExp(`-${pair_id}$`));
  expect(new Set(inOrder.map(({ dilemma_id }) => dilemma_id)).size).toBe(4);
});

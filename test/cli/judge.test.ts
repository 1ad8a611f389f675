import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { addJudge } from '../../src/cli/judge.js';
import { emptyFolder } from '../support/cli.js';
import { runCommand } from '../support/command.js';
import { playStored } from '../support/played-runs.js';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('judge audit', () => {
  test('keeps what it found with the version of the judge, and says by its exit code whether it passed', async () => {
    const path = join(emptyFolder(), 'runs.db');
    const { stdout, exit, error } = await runCommand(addJudge, ['judge', 'audit', 'rehearsal', '--db', path, '--json']);
    expect(error).toBeNull();
    const reports = JSON.parse(stdout) as { kind: string; passed: boolean; prompt_hash: string }[];
    expect(reports.map(({ kind }) => kind)).toEqual(['agreement', 'ca', 'utility']);
    expect(exit).toBe(reports.every(({ passed }) => passed) ? 0 : 1);
    const database = new Database(path, { readonly: true });
    const kept = database.prepare('SELECT judge, kind, prompt_hash, passed FROM v_judge_audits').all();
    database.close();
    expect(kept).toEqual(
      reports.map(({ kind, prompt_hash, passed }) => ({
        judge: 'rehearsal',
        kind,
        prompt_hash,
        passed: Number(passed),
      })),
    );
  });

  test('prints each check with its threshold within 80 columns', async () => {
    const path = join(emptyFolder(), 'runs.db');
    const { stdout } = await runCommand(addJudge, ['judge', 'audit', 'rehearsal', '--db', path, '--kind', 'agreement']);
    for (const name of ['false YES', 'planted', 'swapped', 'test–retest', 'padding', '≤ 1 %', 'pre-checked'])
      expect(stdout).toContain(name);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });
});

describe('judge study', () => {
  const studied = async (input: Parameters<typeof playStored>[1], ...args: string[]) => {
    const path = join(emptyFolder(), 'runs.db');
    const { store } = await playStored(path, { name: 'first', groups: 2, group_size: 3, mode: 'eval', ...input });
    store.close();
    return runCommand(addJudge, ['judge', 'study', 'first', '--scorer', 'rehearsal', '--db', path, ...args]);
  };

  test('shows the noise of both ways of scoring within 80 columns', async () => {
    const { stdout, error } = await studied({ scorer_method: 'decomposed' }, '--repeats', '3');
    expect(error).toBeNull();
    for (const name of ['holistic', 'decomposed', 'variance', 'order flips', 'drifts', 'sides apart', '6 completions'])
      expect(stdout).toContain(name);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test('asks for a run with weights', async () => {
    const { error } = await studied({});
    expect(error?.code).toBe('usage');
    expect(error?.message).toMatch(/has no weights, .*play one with --scorer-method decomposed/);
  });
});

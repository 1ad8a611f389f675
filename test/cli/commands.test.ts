import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startMockServer } from '../../src/chat/index.js';
import { type Ending, entente } from '../support/cli.js';

let cwd: string;
let ran: Ending;
const run = (...args: string[]) => entente(args, { cwd });

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'entente-test-'));
  ran = await run('run', '--name', 'first', '--seed', '3');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function query<T>(sql: string): T[] {
  const database = new Database(join(cwd, 'runs/entente.db'), { readonly: true });
  try {
    return database.prepare(sql).all() as T[];
  } finally {
    database.close();
  }
}

describe('run', () => {
  test('plays 12 × 8 episodes offline and says what happened, that it rehearsed, and what to type next', () => {
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/run first finished in .* 96 episodes, 96 graded/);
    expect(ran.stdout).toMatch(/tells nothing about any LLM/);
    for (const command of ['replay first/1', 'report first', 'export first', 'run --policy MODEL@']) {
      expect(ran.stdout).toContain(command);
    }
    expect(query('SELECT status, count(*) AS n FROM v_episodes GROUP BY status')).toEqual([{ status: 'done', n: 96 }]);
    expect(query<{ notice: string }>('SELECT notice FROM v_runs')[0]?.notice).toMatch(/rehearsal/);
  });

  test('every line of the summary fits into 80 columns', () => {
    for (const line of ran.stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test('a name that is taken is refused', async () => {
    const { code, stderr } = await run('run', '--name', 'first');
    expect(stderr).toMatch(/"first".*already/);
    expect(code).toBe(2);
  });

  test('--json prints one document, and people are served on stderr', async () => {
    const { stdout, stderr } = await run('run', '--json', '--groups', '2', '--group-size', '2', '--name', 'small');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'small', status: 'done', overall: { episodes: 4 } });
    expect(stderr).toMatch(/run small finished/);
  });

  test('ends with 1 where episodes failed, and goes on with the rest', async () => {
    const server = await startMockServer({ port: 0, faultRate: 0.5 });
    onTestFinished(() => server.close());
    const args = ['--policy', `m@${server.url}`, '--groups', '3', '--name', 'shaky', '--db', 'shaky.db'];
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(cwd, 'shaky.yaml'), 'max_retries: 0\n');
    const { code, stdout } = await run('run', 'shaky.yaml', ...args, '--json');
    const { overall, failures } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(overall.failed).toBeGreaterThan(0);
    expect(failures.map((failure: { code: string }) => failure.code).sort()).toEqual(['rate_limited', 'server_error']);
  });
});

describe('replay', () => {
  test('shows a dialogue that a person can follow, plain and within 80 columns in a pipe', async () => {
    const { stdout, code } = await run('replay', 'first/2');
    expect(code).toBe(0);
    const episode = query<{ episode_id: string; completion: string | null }>(
      'SELECT * FROM v_episodes WHERE number = 2',
    )[0]!;
    const flat = stdout.replace(/[│▌\s]+/g, ' ');
    const turns = query<{ content: string }>(`SELECT content FROM v_turns WHERE episode_id = '${episode.episode_id}'`);
    expect(turns.length).toBeGreaterThan(1);
    for (const { content } of turns)
      expect(flat.replace(/ [AB] /g, ' ')).toContain(content.replace(/\s+/g, ' ').slice(0, 60));
    expect(stdout).toMatch(/A {2}the /);
    expect(stdout).toMatch(/round 1 of/);
    expect(stdout).toMatch(/judge {2}(not )?agreed/);
    expect(stdout).toMatch(/joint answer/);
    expect(stdout).toMatch(/collective agency .* \d\.\d/);
    expect(stdout).toMatch(/reward .* advantage/);
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test('finds an episode by the beginning of a run name, and by its id', async () => {
    const byName = await run('replay', 'fir/2');
    const [{ episode_id } = { episode_id: '' }] = query<{ episode_id: string }>(
      "SELECT episode_id FROM v_episodes e JOIN v_runs r USING (run_id) WHERE r.name = 'first' AND number = 2",
    );
    expect((await run('replay', episode_id)).stdout).toBe(byName.stdout);
  });

  test('--json holds turns and verdicts, with --tokens their ids', async () => {
    const { stdout } = await run('replay', 'first/1', '--json', '--tokens');
    const episode = JSON.parse(stdout);
    expect(episode.turns[0].reply_ids).toHaveLength(episode.turns[0].completion_tokens);
    expect(episode.verdicts.at(-1).kind).toMatch(/ca|agreement/);
  });

  test.each([
    ['first/999', /first\/1 to first\/96/],
    ['frist/1', /did you mean first/],
  ])('says what there is instead of %s', async (reference, expected) => {
    const { code, stderr } = await run('replay', reference);
    expect(stderr).toMatch(expected);
    expect(code).toBe(2);
  });
});

describe('report', () => {
  test('prints what SQL answers', async () => {
    const { stdout } = await run('report', 'first');
    const rows = query<{ outcome: string; n: number; rounds: number; reward: number }>(
      "SELECT outcome, count(*) AS n, avg(rounds) AS rounds, avg(reward) AS reward FROM v_episodes e JOIN v_runs r USING (run_id) WHERE r.name = 'first' GROUP BY outcome",
    );
    for (const { outcome, n, rounds, reward } of rows) {
      expect(stdout).toMatch(new RegExp(`${outcome} +${n} +${rounds.toFixed(2)} +${reward.toFixed(2)}`));
    }
  });

  test('--json gives the interval and the groups', async () => {
    const {
      runs: [report],
    } = JSON.parse((await run('report', 'first', '--json')).stdout);
    expect(report.overall.agreement_interval.low).toBeLessThan(report.overall.agreement_rate);
    expect(report.groups).toMatchObject({ groups: 12, graded: 12 });
  });
});

describe('export, runs, scenarios, check', () => {
  test('export writes one JSON object a line and says that it rehearsed', async () => {
    const { code, stderr } = await run('export', 'first', '--out', 'data.jsonl');
    expect(code).toBe(0);
    expect(stderr).toMatch(/rehearsed/);
    const rows = readFileSync(join(cwd, 'data.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(rows.map((row) => row.episode_id)).size).toBe(96);
    for (const row of rows)
      expect(row).toMatchObject({ schema: 'entente.rows/1', seat: 'A', token_source: 'rehearsal' });
  });

  test('runs lists what is in the database', async () => {
    expect((await run('runs')).stdout).toMatch(/first .* done +96/);
  });

  test('scenarios counts what ships', async () => {
    const { dilemmas, pairs } = JSON.parse((await run('scenarios', '--json')).stdout);
    expect(dilemmas.length).toBeGreaterThanOrEqual(60);
    expect(pairs.filter((pair: { split: string }) => pair.split === 'train')).toHaveLength(25);
  });

  test('check tells what an endpoint can do', async () => {
    const server = await startMockServer({ port: 0 });
    onTestFinished(() => server.close());
    const report = JSON.parse((await run('check', `m@${server.url}`, '--json')).stdout);
    expect(report).toMatchObject({
      token_ids: true,
      logprobs: true,
      aligned: true,
      json_schema: true,
      repeatable: true,
      rehearsal: true,
    });
  });
});

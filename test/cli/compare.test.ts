import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startMockServer } from '../../src/chat/index.js';
import { addCompare } from '../../src/cli/compare.js';
import { addEval } from '../../src/cli/eval.js';
import { addRun } from '../../src/cli/run.js';
import { entente, startEntente } from '../support/cli.js';
import { runCommand } from '../support/command.js';

let cwd = '';
const run = (...args: string[]) => entente(args, { cwd });
const play = async (name: string, ...args: string[]) => {
  const shape = ['--groups', '6', '--group-size', '1', '--split', 'eval-conflict', '--name', name];
  const db = join(cwd, 'runs/entente.db');
  const { error } = await runCommand(addRun, ['run', ...shape, '--db', db, ...args]);
  if (error !== null) throw error;
};

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'entente-compare-'));
  const greedy = join(cwd, 'greedy.yaml');
  writeFileSync(greedy, 'policy: { model: rehearsal, temperature: 0 }\ncompletion: { temperature: 0 }\n');
  await play('talk', '--mode', 'eval');
  await play('alone', '--mode', 'eval', '--protocol', 'solo');
  await play('trained', '--split', 'train');
  await play('elsewhere', '--mode', 'eval', '--seed', '5', '--groups', '1');
  await play('greedy', greedy, '--mode', 'eval');
}, 60_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function query<Row>(sql: string): Row[] {
  const database = new Database(join(cwd, 'runs/entente.db'), { readonly: true });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}

describe('compare', () => {
  test('says the same as JSON, in SQL and as Markdown, and asks nothing twice', async () => {
    const args = ['compare', 'talk', 'alone', '--judge', 'rehearsal', '--runs', '2', '--temperature', '0.7'];
    const first = await run(...args, '--json', '--markdown', 'c.md');
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout);
    const calls = query<{ n: number }>('SELECT count(*) AS n FROM pairwise_calls')[0]?.n;
    expect(calls).toBe(6 * 2 * 2 * 2);
    const sql = query<{ question: string; wins: number; losses: number; flips: number }>(
      `SELECT question, avg(winner = 'a') AS wins, avg(winner = 'b') AS losses, avg(winner = 'inconsistent') AS flips
       FROM v_comparisons c JOIN v_runs a ON a.run_id = c.run_a WHERE a.name = 'talk' GROUP BY question ORDER BY question`,
    );
    expect(sql).toHaveLength(2);
    const markdown = readFileSync(join(cwd, 'c.md'), 'utf8');
    for (const [index, { question, wins, losses, flips }] of sql.entries()) {
      const figures = report.pairs[0].questions[index];
      expect(figures).toMatchObject({ question, win_rate_a: wins, win_rate_b: losses, inconsistent_rate: flips });
      const cells = `A over B | ${question} | ${(100 * wins).toFixed(1)} ± ${(100 * figures.win_rate_a_sd).toFixed(1)} % |`;
      expect(markdown).toContain(cells);
    }
    expect(JSON.parse((await run(...args, '--json')).stdout)).toEqual(report);
    expect(query('SELECT count(*) AS n FROM pairwise_calls')).toEqual([{ n: calls }]);
  });

  test('warns of a judge that wrote answers itself, and fits into 80 columns', async () => {
    const { stdout } = await run('compare', 'talk', 'alone', '--judge', 'rehearsal');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/judge rehearsal also wrote the answers of talk, alone/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('stops at its budget resumably', async () => {
    const args = ['compare', 'talk', 'alone', '--judge', 'rehearsal', '--seed', '9'];
    const stopped = await run(...args, '--max-tokens', '20000', '--concurrency', '1');
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toMatch(/budget of 20000.*the same command with a larger --max-tokens goes on/);
    expect((await run(...args)).code).toBe(0);
  });

  test('killed in the middle, keeps every stored verdict and asks only what is missing', async () => {
    const server = await startMockServer({ port: 0, latencyMs: 20 });
    onTestFinished(() => server.close());
    const args = ['compare', 'talk', 'alone', '--judge', `killed@${server.url}`, '--concurrency', '2', '--json'];
    const stored = () =>
      query(
        "SELECT pairwise_call, c.seed, content, finished_at FROM pairwise_calls c JOIN pairwise_judges j USING (judge) WHERE model = 'killed'",
      );
    const child = startEntente(args, { cwd });
    const exit = once(child, 'exit');
    while (stored().length < 5) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await exit;
    const before = stored();
    expect(before.length).toBeLessThan(24);
    const { code, stdout } = await run(...args);
    expect(code).toBe(0);
    expect(stored()).toHaveLength(24);
    expect(stored().slice(0, before.length)).toEqual(before);
    const { stdout: whole } = await run('compare', 'talk', 'alone', '--judge', 'rehearsal', '--json');
    expect(JSON.parse(stdout).pairs).toEqual(JSON.parse(whole).pairs);
  });

  test.each([
    [['talk', '--judge', 'rehearsal'], /two runs or more/],
    [['talk', 'talk', '--judge', 'rehearsal'], /named twice/],
    [['talk', 'allone', '--judge', 'rehearsal'], /did you mean alone/],
    [['talk', 'trained', '--judge', 'rehearsal'], /trained was played in train mode.*--mode eval/],
    [['talk', 'greedy', '--judge', 'rehearsal'], /talk sampled, greedy greedy.*--across-decodings/],
    [['talk', 'elsewhere', '--judge', 'rehearsal'], /share no task/],
    [['talk', 'alone', '--judge', 'rehearsal', '--runs', '0'], /--runs: /],
  ])('%j is refused with what to do', async (args, expected) => {
    const { error } = await runCommand(addCompare, ['compare', ...args, '--db', join(cwd, 'runs/entente.db')]);
    expect(error?.message).toMatch(expected);
    expect(error?.code).toBe('usage');
  });
});

describe('eval', () => {
  const config =
    'models:\n  - { name: long, model: rehearsal }\n  - { name: short, model: rehearsal, max_tokens: 330 }\njudge: rehearsal\ntasks: 2\nmax_rounds: 2\nrepeats: 2\n';

  test('plays, compares and reports in one go, and the second time does nothing again', async () => {
    writeFileSync(join(cwd, 'eval.yaml'), config);
    const first = await run('eval', 'eval.yaml', '--db', 'eval.db', '--json', '--html', 'e.html', '--markdown', 'e.md');
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout);
    expect(report.systems).toHaveLength(16);
    expect(report.pairs).toHaveLength(16);
    const [markdown, html] = ['e.md', 'e.html'].map((name) => readFileSync(join(cwd, name), 'utf8'));
    const heads = ['CA win rate', 'conflict-resolution win rate', 'agreement rate', 'mean rounds to agreement'];
    const columns = heads.flatMap((head) => [`${head}, greedy`, `${head}, sampled`]);
    expect(markdown).toContain(`| model | ${columns.join(' | ')} |`);
    const rows = (set: string) => report.pairs.filter((pair: { set: string }) => pair.set === set);
    const [baseline] = rows('conflict');
    expect(baseline).toMatchObject({ kind: 'baseline', model_a: 'long', decoding: 'greedy' });
    const { win_rate_a, win_rate_a_sd } = baseline.questions[0];
    const shown = `${(100 * win_rate_a).toFixed(1)} ± ${(100 * win_rate_a_sd).toFixed(1)} %`;
    expect(markdown).toContain(`| long | ${shown} |`);
    expect(html).toContain(`<data value="${win_rate_a} ${win_rate_a_sd}">${shown}</data>`);
    const second = await run('eval', 'eval.yaml', '--db', 'eval.db', '--json');
    expect(JSON.parse(second.stdout)).toEqual(report);
  });

  test('--dry-run tells episodes and calls, and writes nothing', async () => {
    writeFileSync(join(cwd, 'eval.yaml'), config);
    const db = join(cwd, 'never.db');
    const args = ['eval', join(cwd, 'eval.yaml'), '--db', db, '--dry-run', '--json'];
    const { stdout, error } = await runCommand(addEval, args);
    expect(error).toBeNull();
    const { lines, total } = JSON.parse(stdout);
    expect(total).toEqual({
      episodes: 32,
      least_calls: 8 * 2 * 5 + 8 * 2 * 2 + lines.at(-1).least_calls,
      most_calls: 8 * 2 * 8 + 8 * 2 * 2 + lines.at(-1).most_calls,
    });
    // Per set and decoding two baselines and two pairs of models, both orders, two judged runs, one or two questions.
    expect(lines.at(-1).most_calls).toBe(2 * 4 * 2 * 2 * 2 * (1 + 2));
    expect(existsSync(db)).toBe(false);
  });

  test.each([
    ['models:\n  - { name: a, model: rehearsal }\njudge: rehearsal\ntask: 3\n', /bad.yaml:4: task: is not a key/],
    [
      'models:\n  - name: a\n    model: rehearsal\n    temperatur: 1\njudge: rehearsal\n',
      /bad.yaml:4: models.0.temperatur/,
    ],
    ['models:\n  - { name: a, model: rehearsal }\n', /judge/],
    ['models: []\njudge: rehearsal\n', /bad.yaml:1: models/],
    ['models:\n  - { name: a, model: x }\n  - { name: a, model: y }\njudge: rehearsal\n', /same name/],
  ])('complains of a bad config with its line', async (text, expected) => {
    writeFileSync(join(cwd, 'bad.yaml'), text);
    const { error } = await runCommand(addEval, ['eval', join(cwd, 'bad.yaml')]);
    expect(error?.message).toMatch(expected);
    expect(error?.code).toBe('input');
  });

  test('refuses to go on under another config', async () => {
    const file = join(cwd, 'one.yaml');
    const args = ['eval', file, '--db', join(cwd, 'one.db')];
    const small = 'judge: rehearsal\ntasks: 1\nsets: [open]\ndecodings: [greedy]\nprotocols: [solo]\n';
    writeFileSync(file, `models:\n  - { name: a, model: rehearsal }\n${small}`);
    expect(await runCommand(addEval, args)).toMatchObject({ error: null, exit: 0 });
    writeFileSync(file, `models:\n  - { name: a, model: rehearsal }\nseed: 4\n${small}`);
    const { error } = await runCommand(addEval, args);
    expect(error?.message).toMatch(/run eval-a-open-greedy-solo that was played under another config/);
    expect(error?.code).toBe('usage');
  });
});

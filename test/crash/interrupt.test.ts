import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMockServer } from '../../src/chat/index.js';
import { emptyFolder, entente, startEntente } from '../support/cli.js';

async function slowServer() {
  const server = await startMockServer({ port: 0, latencyMs: 20 });
  onTestFinished(() => server.close());
  return server.url;
}

/** Everything that was said and judged, without times. */
function contents(cwd: string) {
  const database = new Database(join(cwd, 'runs/entente.db'), { readonly: true });
  try {
    return {
      turns: database
        .prepare(
          'SELECT e.number, turn_index, t.content, t.seed FROM v_turns t JOIN v_episodes e USING (episode_id) ORDER BY 1, 2',
        )
        .all(),
      verdicts: database
        .prepare(
          'SELECT e.number, v.kind, v.round, v.value, v.raw FROM v_verdicts v JOIN v_episodes e USING (episode_id) ORDER BY 1, 2, 3',
        )
        .all(),
      episodes: database
        .prepare('SELECT number, status, outcome, rounds, completion, reward FROM v_episodes ORDER BY 1')
        .all(),
    };
  } finally {
    database.close();
  }
}

/** Resolves once the run has stored some calls, so that a signal hits it in the middle. */
async function untilUnderWay(cwd: string): Promise<void> {
  for (;;) {
    try {
      const database = new Database(join(cwd, 'runs/entente.db'), { readonly: true });
      const { n } = database.prepare('SELECT count(*) AS n FROM v_turns').get() as { n: number };
      database.close();
      if (n > 20) return;
    } catch {
      // Not there yet, or its schema is not.
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const args = (url: string) => [
  'run',
  '--policy',
  `rehearsal@${url}`,
  '--groups',
  '3',
  '--group-size',
  '4',
  '--seed',
  '11',
  '--concurrency',
  '4',
  '--name',
  'r',
];

describe('an interrupted run, resumed, equals one that was not', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('after %s', async (signal) => {
    const url = await slowServer();
    const [whole, cut] = [emptyFolder(), emptyFolder()];
    const child = startEntente(args(url), { cwd: cut });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const exit = once(child, 'exit');
    await untilUnderWay(cut);
    child.kill(signal);
    const [code] = await exit;
    if (signal !== 'SIGKILL') {
      expect(code).toBe(130);
      expect(stderr).toMatch(/entente resume r/);
    }
    const before = contents(cut);
    expect(before.episodes.some((episode) => (episode as { status: string }).status !== 'done')).toBe(true);

    expect((await entente(['resume'], { cwd: cut })).code).toBe(0);
    expect((await entente(args(url), { cwd: whole })).code).toBe(0);
    expect(contents(cut)).toEqual(contents(whole));
  });

  test('a second Ctrl-C ends it within a second', async () => {
    const server = await startMockServer({ port: 0, latencyMs: 20_000 });
    onTestFinished(() => server.close());
    const cwd = emptyFolder();
    const child = startEntente(args(server.url), { cwd });
    const exit = once(child, 'exit');
    const [head] = (await once(child.stderr, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/deliberation/);
    child.kill('SIGINT');
    expect(String((await once(child.stderr, 'data'))[0])).toMatch(/Ctrl-C again/);
    const pressed = performance.now();
    child.kill('SIGINT');
    expect((await exit)[0]).toBe(130);
    expect(performance.now() - pressed).toBeLessThan(1000);
  });
});

describe('a budget', () => {
  test('stops the run resumably with exit code 3, and a larger one finishes it', async () => {
    const cwd = emptyFolder();
    const stopped = await entente(['run', '--groups', '2', '--name', 'b', '--max-tokens', '20000'], { cwd });
    expect(stopped.code).toBe(3);
    expect(stopped.stderr).toMatch(/budget of 20000.*entente resume b --max-tokens/);
    expect((await entente(['resume', 'b', '--max-tokens', '100000000'], { cwd })).code).toBe(0);
    expect(contents(cwd).episodes).toHaveLength(16);
  });
});

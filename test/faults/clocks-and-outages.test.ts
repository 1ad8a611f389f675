/** The built command while the wall clock jumps, while its server is away, and when the server never comes back. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { emptyFolder, startEntente } from '../support/cli.js';
import { fewScenarios } from '../support/few-scenarios.js';
import { type FaultServer, type Misdeed, startFaultServer } from './support/fault-server.js';

const jumpingClock = fileURLToPath(new URL('support/jumping-clock.js', import.meta.url));

/** Eight short episodes. `settings` overwrite parts of the config. */
function play({ url }: FaultServer, settings: object, env: Record<string, string> = {}) {
  const cwd = emptyFolder();
  const role = (name: string) => ({ model: `${name}@${url}`, timeout_s: 1, ...settings });
  const roles = { policy: role('policy'), opponent: role('opponent'), judge: role('judge'), scorer: role('scorer') };
  const size = { groups: 2, group_size: 4, max_rounds: 2, name: 'r', ...fewScenarios };
  writeFileSync(join(cwd, 'run.yaml'), JSON.stringify({ ...size, ...roles }));
  const child = startEntente(['run', 'run.yaml'], { cwd, env });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stderr }));
  });
  return { ended, database: join(cwd, 'runs/entente.db') };
}

function rowsOf(path: string, sql: string): unknown[][] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(sql).raw().all() as unknown[][];
  } finally {
    database.close();
  }
}

const dialogue = 'SELECT number, turn_index, content FROM v_turns JOIN v_episodes USING (episode_id) ORDER BY 1, 2';

test('jumps of an hour either way expire nothing and lengthen nothing', async () => {
  const until: Misdeed = (response) => {
    const headers = { 'retry-after': new Date(Date.now() + 500).toUTCString() };
    response.writeHead(429, headers).end();
  };
  const steady = await startFaultServer(() => null);
  const calm = play(steady, {});
  expect((await calm.ended).code).toBe(0);
  const hang: Misdeed = () => {};
  const server = await startFaultServer((nth) => (nth === 3 ? hang : nth === 9 ? until : null));
  const started = performance.now();
  const shaken = play(server, {}, { NODE_OPTIONS: `--import ${jumpingClock}` });
  const { code, stderr } = await shaken.ended;
  expect(code, stderr).toBe(0);
  expect(rowsOf(shaken.database, dialogue)).toEqual(rowsOf(calm.database, dialogue));
  const attempts = rowsOf(shaken.database, 'SELECT attempts_json FROM calls WHERE attempts_json IS NOT NULL').flatMap(
    ([json]) => JSON.parse(String(json)) as { code: string; ms: number }[],
  );
  expect(attempts.map((attempt) => attempt.code).sort()).toEqual(['rate_limited', 'timeout']);
  // By the server's clock it asked for half a second, or a whole one by the grain of its date.
  expect(performance.now() - started).toBeLessThan(15_000);
  const [lost] = attempts.filter((attempt) => attempt.code === 'timeout');
  expect(lost?.ms).toBeGreaterThanOrEqual(995);
  expect(lost?.ms).toBeLessThan(2000);
});

test('a server that dies and comes back is waited for, and every episode is done', async () => {
  const server = await startFaultServer((nth) => (nth === 12 ? (response) => response.socket?.destroy() : null));
  const { ended, database } = play(server, { timeout_s: 30 });
  while (server.requests() < 12) await delay(2);
  await server.close();
  await delay(700);
  await server.open();
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);
  expect(rowsOf(database, 'SELECT DISTINCT status FROM episodes')).toEqual([['done']]);
  expect(rowsOf(database, 'SELECT code FROM failed_attempts')).toEqual([['connection']]);
});

test('a server that goes away for good fails every episode with that cause, and the run ends', async () => {
  const server = await startFaultServer(() => null);
  const { ended, database } = play(server, {});
  while (server.requests() < 12) await delay(2);
  await server.close();
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(1);
  const endings = rowsOf(database, 'SELECT DISTINCT status, failure FROM episodes ORDER BY status');
  expect(endings).toContainEqual(['failed', 'connection']);
  expect(endings.filter(([status]) => status === 'failed')).toHaveLength(1);
  const tries = rowsOf(database, 'SELECT DISTINCT json_array_length(attempts_json) FROM failed_calls');
  expect(tries).toEqual([[5]]);
});

/**
 * 2,000 episodes through the built command against a server that fails one call in five, in every way there is. Every
 * episode ends done or failed with a cause, nothing spoiled is kept, and the account closes: requests that the server
 * saw are calls stored and failed tries stored, and nothing else.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { deriveSeed } from '../../src/domain/index.js';
import { emptyFolder, entente } from '../support/cli.js';
import { type FaultServer, startFaultServer } from './support/fault-server.js';
import { ways } from './support/ways.js';

const seed = Number(process.env['ENTENTE_SEED'] ?? 1);
const episodes = 2000;

/** Ways that make everybody wait: as good as the others, but few of them fill a minute. */
const isCostly = ({ slow, heavy, asks }: (typeof ways)[number]) => slow || heavy || asks !== undefined;
const cheap = ways.filter((way) => way.code !== null && !isCostly(way));
const costly = ways.filter((way) => isCostly(way) && (way.asks ?? 0) <= 2000);

/** One call in five; one fault in 100 is a costly one. Each way in turn, so that none is left out. */
function plan() {
  let faults = 0;
  return (nth: number) => {
    if (deriveSeed('fault', seed, nth) % 5 !== 0) return null;
    const at = faults++;
    const [list, index] = at % 100 === 0 ? [costly, at / 100] : [cheap, at];
    return list[index % list.length]?.does ?? null;
  };
}

const causes = new Set([
  ...ways.flatMap(({ code }) => (code === null ? [] : [code])),
  // A judge whose every answer was spoiled in the same way.
  'unparsable',
]);

test('every episode is done or failed with a cause, and no call is unaccounted for', async () => {
  const server = await startFaultServer(plan());
  const cwd = emptyFolder();
  const role = (name: string) => ({ model: `${name}@${server.url}`, timeout_s: 4 });
  const roles = { policy: role('policy'), opponent: role('opponent'), judge: role('judge'), scorer: role('scorer') };
  const size = { groups: episodes / 8, group_size: 8, max_rounds: 1, concurrency: 64 };
  writeFileSync(join(cwd, 'run.yaml'), JSON.stringify({ ...size, ...roles, seed, name: 'faulty' }));
  const { code, stdout, stderr } = await entente(['run', 'run.yaml', '--json'], { cwd });
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code, stderr).toBe(1);
  const report = JSON.parse(stdout);
  expect(report.overall).toMatchObject({ episodes, unfinished: 0 });
  expectAccount(join(cwd, 'runs/entente.db'), server, report);
}, 300_000);

function expectAccount(path: string, server: FaultServer, report: { failures: { code: string; episodes: number }[] }) {
  const database = new Database(path, { readonly: true });
  const all = <T>(sql: string) => database.prepare(sql).all() as T[];
  const one = (sql: string) => database.prepare(sql).pluck().get() as number;
  expect(all("SELECT episode_id FROM episodes WHERE status NOT IN ('done', 'failed')")).toEqual([]);
  expect(all("SELECT episode_id FROM episodes WHERE status = 'failed' AND failure IS NULL")).toEqual([]);
  const failures = all<{ code: string; episodes: number }>(
    'SELECT failure AS code, count(*) AS episodes FROM episodes WHERE failure IS NOT NULL GROUP BY 1 ORDER BY 2 DESC',
  );
  expect(failures.filter(({ code }) => !causes.has(code as 'timeout'))).toEqual([]);
  expect(Object.fromEntries(report.failures.map(({ code, episodes }) => [code, episodes]))).toEqual(
    Object.fromEntries(failures.map(({ code, episodes }) => [code, episodes])),
  );
  for (const { model, seed, content } of all<{ model: string; seed: number; content: string }>(
    'SELECT model, seed, content FROM calls',
  )) {
    expect(content).toBe(server.proper.get(`${model} ${seed}`));
  }
  const stored = one('SELECT count(*) FROM calls');
  const retried = one('SELECT total(json_array_length(attempts_json)) FROM calls');
  const lost = one('SELECT total(json_array_length(attempts_json)) FROM failed_calls');
  expect(stored + retried + lost).toBe(server.requests());
  expect(retried + lost).toBeGreaterThan(0.15 * server.requests());
  expect(one('SELECT total(attempts) FROM failed_attempts')).toBe(retried + lost);
  database.close();
}

/**
 * The fault matrix: one row per way in which a server misbehaves (`support/ways.ts`), each played twice through the
 * real command, over real HTTP, into a real database. Once the fault strikes a single try and passes; once it stays.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addReplay } from '../../src/cli/replay.js';
import { addReport } from '../../src/cli/report.js';
import { addRun } from '../../src/cli/run.js';
import { emptyFolder } from '../support/cli.js';
import { runCommand } from '../support/command.js';
import { fewScenarios } from '../support/few-scenarios.js';
import { type Plan, startFaultServer } from './support/fault-server.js';
import { shortenWaits } from './support/short-waits.js';
import { spoiled, type Way, ways } from './support/ways.js';

/** Deadline of a try, in seconds. */
const deadlineOf = ({ heavy }: Way) => (heavy ? 90 : 0.4);
const retries = 2;

let waits: number[];
beforeEach(() => {
  waits = shortenWaits();
});
afterEach(() => void vi.unstubAllGlobals());

interface Stored {
  turn: number;
  kind: string;
  content: string;
  model: string;
  seed: number;
  attempts_json: string | null;
}

/** One episode of one round. Everything that the database, the report and the replay know of it. */
async function play(way: Way, plan: Plan) {
  const server = await startFaultServer(plan);
  const folder = emptyFolder();
  const db = join(folder, 'faults.db');
  const config = join(folder, 'run.yaml');
  const settings = { groups: 1, group_size: 1, max_rounds: 1, max_retries: retries, seed: 3, name: 'faulty' };
  const role = (name: string) => ({ model: `${name}@${server.url}`, timeout_s: deadlineOf(way) });
  const roles = { policy: role('policy'), opponent: role('opponent'), judge: role('judge'), scorer: role('scorer') };
  writeFileSync(config, JSON.stringify({ ...settings, ...roles, ...fewScenarios }));
  const run = await runCommand(addRun, ['run', config, '--db', db]);
  expect(run.error).toBeNull();
  const report = await runCommand(addReport, ['report', 'faulty', '--db', db, '--json']);
  const replay = await runCommand(addReplay, ['replay', 'faulty/1', '--db', db]);
  return { server, exit: run.exit, report: JSON.parse(report.stdout).runs[0], replay: replay.stdout, ...rowsOf(db) };
}

function rowsOf(db: string) {
  const database = new Database(db, { readonly: true });
  const all = <T>(sql: string) => database.prepare(sql).all() as T[];
  const rows = {
    calls: all<Stored>('SELECT turn, kind, content, model, seed, attempts_json FROM calls ORDER BY call'),
    failedCalls: all<Pick<Stored, 'turn' | 'kind'> & { code: string; attempts_json: string }>(
      'SELECT turn, kind, code, attempts_json FROM failed_calls',
    ),
    episode: database.prepare('SELECT status, failure, reward FROM episodes').get() as Record<string, unknown>,
  };
  database.close();
  return rows;
}

type Played = Awaited<ReturnType<typeof play>>;

const causesOf = (attempts: string | null): string[] =>
  attempts === null ? [] : JSON.parse(attempts).map(({ code }: { code: string }) => code);

/** What holds however a server misbehaves: nothing but proper replies is kept, and every request is on the account. */
function expectHonestAccount({ server, calls, failedCalls, report }: Played) {
  for (const { model, seed, content } of calls) expect(content).toBe(server.proper.get(`${model} ${seed}`));
  const causes = [...calls, ...failedCalls].flatMap(({ attempts_json }) => causesOf(attempts_json));
  expect(calls.length + causes.length).toBe(server.requests());
  const counted = Object.fromEntries(
    report.failed_attempts.map(({ code, attempts }: { code: string; attempts: number }) => [code, attempts]),
  );
  expect(counted).toEqual(Object.fromEntries(countBy(causes)));
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const kept = ways.filter(({ code }) => code === null);
const passing = ways.filter(({ code, retried }) => code !== null && retried);
const final = ways.filter(({ code, retried }) => code !== null && !retried);

test('no way is named twice, and bad replies say so', () => {
  expect(new Set(ways.map(({ what }) => what)).size).toBe(ways.length);
  expect(ways.length).toBeGreaterThan(60);
});

function expectWaits({ asks }: Way, times: number) {
  expect(waits.filter((ms) => ms >= (asks ?? 0))).toHaveLength(times);
  if (asks !== undefined) for (const ms of waits) expect(ms).toBe(asks);
  else for (const ms of waits) expect(ms).toBeLessThanOrEqual(1000);
}

/** No try outlives its deadline by more than a second, and none is given up before it. */
function expectDeadline(way: Way, { calls, failedCalls }: Played) {
  const deadline = 1000 * deadlineOf(way);
  for (const { attempts_json } of [...calls, ...failedCalls]) {
    for (const { ms } of JSON.parse(attempts_json ?? '[]') as { ms: number }[]) {
      expect(ms).toBeLessThan(deadline + 1000);
      if (way.slow) expect(ms).toBeGreaterThanOrEqual(deadline - 5);
    }
  }
}

describe.each(passing)('$what, as $code', (way) => {
  test('strikes once: the try is on record, the next one is kept, and the episode is done', async () => {
    const played = await play(way, (nth) => (nth === 0 ? way.does : null));
    expectHonestAccount(played);
    const { exit, episode, calls, failedCalls, replay } = played;
    expect(exit).toBe(0);
    expect(episode).toMatchObject({ status: 'done', failure: null });
    expect(calls.map(({ attempts_json }) => causesOf(attempts_json))[0]).toEqual([way.code]);
    expect(failedCalls).toEqual([]);
    expect(replay).toContain(`(after 1 failed try: ${way.code})`);
    expectWaits(way, 1);
    expectDeadline(way, played);
  });

  test('strikes every time from the second call on: all tries are made and no more, and the episode fails so', async () => {
    const played = await play(way, (nth) => (nth > 0 ? way.does : null));
    expectHonestAccount(played);
    const { server, exit, episode, calls, failedCalls, report, replay } = played;
    expect(exit).toBe(1);
    expect(server.requests()).toBe(1 + 1 + retries);
    expect(episode).toEqual({ status: 'failed', failure: way.code, reward: null });
    expect(calls.map(({ turn, kind }) => `${turn} ${kind}`)).toEqual(['0 speak']);
    expect(failedCalls.map(({ turn, kind, code }) => `${turn} ${kind} ${code}`)).toEqual([`1 speak ${way.code}`]);
    expect(report.failures).toEqual([{ code: way.code, episodes: 1 }]);
    expect(replay).toContain(`failed (${way.code})`);
    expectWaits(way, retries);
    expectDeadline(way, played);
  });
});

describe.each(final)('$what, as $code', (way) => {
  test('is not asked again: the episode fails after one try, with its cause', async () => {
    const played = await play(way, (nth) => (nth === 1 ? way.does : null));
    expectHonestAccount(played);
    const { server, exit, episode, calls, failedCalls, report, replay } = played;
    expect(exit).toBe(1);
    expect(server.requests()).toBe(2);
    expect(episode).toEqual({ status: 'failed', failure: way.code, reward: null });
    expect(calls.map(({ turn, kind }) => `${turn} ${kind}`)).toEqual(['0 speak']);
    expect(failedCalls.map(({ attempts_json }) => causesOf(attempts_json))).toEqual([[way.code]]);
    expect(report.failures).toEqual([{ code: way.code, episodes: 1 }]);
    expect(replay).toContain(`failed (${way.code})`);
    expect(replay).not.toContain(`A ▌ ${spoiled}`);
    expectWaits(way, 0);
  });
});

describe.each(kept)('$what', (way) => {
  test('is odd but proper: every reply is kept, word for word', async () => {
    const played = await play(way, () => way.does);
    expectHonestAccount(played);
    expect(played.exit).toBe(0);
    expect(played.episode).toMatchObject({ status: 'done', failure: null });
    expect(played.calls.length).toBeGreaterThan(2);
  });
});

/** The built command line as a process that is killed, the server it calls, and what its database then holds. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import { deriveSeed } from '../../../src/domain/index.js';
import { openStore } from '../../../src/store/index.js';
import { startFaultServer } from '../../faults/support/fault-server.js';
import { mainPath } from '../../support/cli.js';
import { exportedAs } from '../../support/exports.js';
import { fewScenarioFlags } from '../../support/few-scenarios.js';

const killAtPath = fileURLToPath(new URL('kill-at.js', import.meta.url));

/** Decides every choice of these tests; a failing case is played again with `ENTENTE_SEED`. */
export const crashSeed = Number(process.env['ENTENTE_SEED'] ?? deriveSeed('crash', Date.now()) % 1_000_000);

/** Replies that follow from the request alone, each after 1 to 6 ms. */
export function startSteadyServer() {
  return startFaultServer((_nth, { seed }) => (response, proper) => {
    setTimeout(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end(proper),
      1 + (deriveSeed('latency', seed) % 6),
    );
  });
}

export type SteadyServer = Awaited<ReturnType<typeof startSteadyServer>>;

export const databaseIn = (folder: string) => join(folder, 'runs/entente.db');

export interface RunSize {
  groups: number;
  groupSize: number;
  maxRounds: number;
  concurrency: number;
}

export function runArgs({ roles }: SteadyServer, { groups, groupSize, maxRounds, concurrency }: RunSize): string[] {
  const size = ['--groups', groups, '--group-size', groupSize, '--max-rounds', maxRounds, '--concurrency', concurrency];
  return ['run', ...roles, ...fewScenarioFlags, ...size.map(String), '--seed', '7', '--name', 'r'];
}

export interface Death {
  /** Null: it was killed. */
  code: number | null;
  stderr: string;
}

export interface Child {
  ended: Promise<Death>;
  kill(signal: NodeJS.Signals): void;
  pid: number;
}

/** `killAt` as in `kill-at.js`; absent: nothing kills it from within. */
export function start(args: readonly string[], cwd: string, killAt?: string): Child {
  const preload = killAt === undefined ? [] : ['--import', killAtPath];
  const child = spawn(process.execPath, [...preload, mainPath, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...(killAt === undefined ? {} : { KILL_AT: killAt }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Death>((resolve) => child.on('close', (code) => resolve({ code, stderr })));
  return { ended, kill: (signal) => void child.kill(signal), pid: child.pid ?? 0 };
}

/** Runs to its end, which must be a good one. */
export async function finish(args: readonly string[], cwd: string): Promise<void> {
  const { code, stderr } = await start(args, cwd).ended;
  expect(code, stderr).toBe(0);
}

/** Calls that are durable. */
export const storedCalls = (folder: string) => countIn(folder, 'calls');

/** Whether there is anything to resume. */
export const hasRun = (folder: string) => countIn(folder, 'runs') > 0;

/** 0 where the database, or the table, is not there yet. */
function countIn(folder: string, table: 'calls' | 'runs'): number {
  if (!existsSync(databaseIn(folder))) return 0;
  const database = new Database(databaseIn(folder), { readonly: true });
  try {
    const isThere = database.prepare('SELECT count(*) FROM sqlite_master WHERE name = ?').pluck().get(table);
    return isThere === 0 ? 0 : (database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number);
  } finally {
    database.close();
  }
}

/** All that was said, judged and graded, and the rows that are exported from it, without times and the id of the run. */
export async function contentsOf(folder: string) {
  const path = databaseIn(folder);
  const database = new Database(path, { readonly: true });
  const all = (sql: string) => database.prepare(sql).raw().all();
  const contents = {
    integrity: database.pragma('integrity_check', { simple: true }),
    status: all('SELECT name, status FROM v_runs'),
    episodes: all('SELECT number, status, outcome, rounds, completion, reward, advantage FROM v_episodes ORDER BY 1'),
    turns: all(
      'SELECT e.number, turn_index, content, t.seed, prompt_tokens FROM v_turns t JOIN v_episodes e USING (episode_id) ORDER BY 1, 2',
    ),
    verdicts: all(
      'SELECT e.number, v.kind, v.round, v.value, v.raw FROM v_verdicts v JOIN v_episodes e USING (episode_id) ORDER BY 1, 2, 3',
    ),
    failed: all('SELECT * FROM failed_calls'),
  };
  database.close();
  const store = openStore(path, { mode: 'read' });
  const [run] = store.runs();
  if (run === undefined) throw new Error('no run');
  const out = join(folder, 'rows.jsonl');
  const { records } = await exportedAs({ path, store, run }, out);
  store.close();
  expect(records.length).toBeGreaterThan(0);
  return { ...contents, rows: records.map((row) => JSON.stringify(row).replaceAll(run.runId, 'RUN')) };
}

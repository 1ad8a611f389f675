/**
 * Two processes on one run: the second is refused in a sentence. One that was stopped, taken for dead and let go on
 * finds its writes refused, and nothing is there twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { startFaultServer } from '../faults/support/fault-server.js';
import { emptyFolder } from '../support/cli.js';
import {
  type Child,
  contentsOf,
  databaseIn,
  finish,
  runArgs,
  type SteadyServer,
  start,
  storedCalls,
} from './support/crashes.js';

const size = { groups: 4, groupSize: 8, maxRounds: 3, concurrency: 4 };

async function untilStored(folder: string, calls: number): Promise<void> {
  while (storedCalls(folder) < calls) await delay(5);
}

/** One that is stopped within a commit keeps the whole database locked, which no other process can undo. */
async function stopBetweenCommits(player: Child, folder: string): Promise<void> {
  const database = new Database(databaseIn(folder), { timeout: 0 });
  for (;;) {
    player.kill('SIGSTOP');
    try {
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
      database.close();
      return;
    } catch {
      player.kill('SIGCONT');
      await delay(5);
    }
  }
}

/** The process that holds the run. */
function holderOf(folder: string): number {
  const store = openStore(databaseIn(folder), { mode: 'read' });
  const { holder } = store.holderOf(store.runs()[0]?.runId ?? '');
  store.close();
  return Number(holder?.replace(/^.*:/, ''));
}

async function undisturbed(server: SteadyServer) {
  const folder = emptyFolder();
  await finish(runArgs(server, size), folder);
  return contentsOf(folder);
}

/** Answers 30 calls, and the others once it is told to: a run that is at work for as long as a test needs it. */
async function startHeldServer() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = await startFaultServer((nth) => async (response, proper) => {
    if (nth >= 30) await released;
    response.writeHead(200, { 'content-type': 'application/json' }).end(proper);
  });
  return { server, release };
}

test('the second player of a run is refused with exit code 4, and the first does not notice', async () => {
  const { server, release } = await startHeldServer();
  const folder = emptyFolder();
  const first = start(runArgs(server, size), folder);
  await untilStored(folder, 10);
  const second = await start(['resume', 'r'], folder).ended;
  release();
  expect(second.code, second.stderr).toBe(4);
  expect(second.stderr).toContain(`this run is being played by process ${first.pid} on `);
  expect(second.stderr).toContain('wait for it to end, or stop it and `entente resume`.');
  expect(second.stderr).not.toMatch(/\n\s+at /);
  expect(await first.ended).toMatchObject({ code: 0 });
  expect(await contentsOf(folder)).toEqual(await undisturbed(server));
});

test('a player that was stopped and overtaken ends with exit code 4 when it goes on, and nothing is twice', async () => {
  const { server, release } = await startHeldServer();
  const folder = emptyFolder();
  const first = start(runArgs(server, size), folder);
  await untilStored(folder, 10);
  await stopBetweenCommits(first, folder);
  const second = start(['resume', 'r'], folder);
  while (holderOf(folder) === first.pid) await delay(5);
  first.kill('SIGCONT');
  release();
  const { code, stderr } = await first.ended;
  expect(code, stderr).toBe(4);
  expect(stderr).toContain('another process has taken this run over; this one stops.');
  expect(await second.ended).toMatchObject({ code: 0 });
  expect(await contentsOf(folder)).toEqual(await undisturbed(server));
});

/**
 * A process killed at every point that has a name: before and after each commit of a run, after each statement of a
 * migration, around the moment in which an export gets its name. Whatever is left, going on from it ends as if nothing
 * had happened.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import {
  contentsOf,
  databaseIn,
  finish,
  hasRun,
  runArgs,
  start,
  startSteadyServer,
  storedCalls,
} from './support/crashes.js';

const size = { groups: 1, groupSize: 2, maxRounds: 1, concurrency: 2 };

describe('killed around any of its commits, a run is resumed to the end that it would have had', () => {
  test.each(['before', 'after'])('%s', async (side) => {
    const server = await startSteadyServer();
    const args = runArgs(server, size);
    const undisturbed = emptyFolder();
    await finish(args, undisturbed);
    const whole = await contentsOf(undisturbed);
    let kills = 0;
    for (;;) {
      const folder = emptyFolder();
      const requests = server.requests();
      const point = `commit ${kills + 1} ${side}`;
      const { code, stderr } = await start(args, folder, point).ended;
      if (code !== null) {
        expect(code, stderr).toBe(0);
        break;
      }
      kills++;
      const wasThere = hasRun(folder);
      const started = performance.now();
      await finish(wasThere ? ['resume', 'r'] : args, folder);
      // A dead holder's lease is taken at once: nobody waits five beats for it.
      expect(performance.now() - started, point).toBeLessThan(20_000);
      expect(await contentsOf(folder), point).toEqual(whole);
      const repeated = server.requests() - requests - storedCalls(folder);
      expect(repeated, point).toBeGreaterThanOrEqual(0);
      expect(repeated, point).toBeLessThanOrEqual(size.concurrency);
    }
    // The schema, the run, the lease, its status, two episodes begun and ended, their calls, its status, the lease.
    expect(kills).toBeGreaterThanOrEqual(10);
  });
});

test('killed after any statement of a migration, the database is made again', async () => {
  const args = ['run', '--groups', '1', '--group-size', '1', '--max-rounds', '1'];
  const shapeOf = (path: string) => {
    const database = new Database(path, { readonly: true });
    const shape = database
      .prepare("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1")
      .all();
    database.close();
    return shape;
  };
  const undisturbed = emptyFolder();
  await finish(args, undisturbed);
  const whole = shapeOf(databaseIn(undisturbed));
  let kills = 0;
  for (;;) {
    const folder = emptyFolder();
    const { code, stderr } = await start(args, folder, `statement ${kills + 1} after`).ended;
    if (code !== null) {
      expect(code, stderr).toBe(0);
      break;
    }
    kills++;
    openStore(databaseIn(folder), { mode: 'write' }).close();
    expect(shapeOf(databaseIn(folder))).toEqual(whole);
  }
  expect(kills).toBeGreaterThanOrEqual(whole.length);
});

test('killed while it exports, it leaves no half file under a final name', async () => {
  const folder = emptyFolder();
  await finish(['run', '--groups', '4', '--group-size', '4', '--name', 'r'], folder);
  const args = (out: string) => ['export', 'r', '--out', out];
  await finish(args('whole.jsonl'), folder);
  const whole = readFileSync(join(folder, 'whole.jsonl'), 'utf8');
  const seen: string[] = [];
  for (const point of ['rename 1 before', 'rename 1 after', 'rename 2 before', 'rename 2 after']) {
    const out = `${point.replaceAll(' ', '-')}.jsonl`;
    const { code, stderr } = await start(args(out), folder, point).ended;
    expect(code, stderr).toBeNull();
    const names = [out, `${out}.manifest.json`].filter((name) => existsSync(join(folder, name)));
    seen.push(`${point}: ${names.length}`);
    if (names.includes(out)) expect(readFileSync(join(folder, out), 'utf8')).toBe(whole);
    for (const name of names.slice(1)) JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const verified = await start(['verify', out], folder).ended;
    expect(verified.code).toBe(names.length === 2 ? 0 : 2);
    await finish(args(out), folder);
    expect(readFileSync(join(folder, out), 'utf8')).toBe(whole);
    await finish(['verify', out], folder);
  }
  expect(seen).toEqual(['rename 1 before: 0', 'rename 1 after: 1', 'rename 2 before: 1', 'rename 2 after: 2']);
});

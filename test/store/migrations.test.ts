import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { applicationId, migrations } from '../../src/store/schema.js';
import { emptyFolder } from '../support/cli.js';
import { startProcess } from '../support/other-process.js';
import { storeEndings } from '../support/stored-runs.js';

interface Shape {
  version: unknown;
  tables: unknown;
}

function shapeOf(path: string): Shape {
  const database = new Database(path, { readonly: true });
  const version = database.pragma('user_version', { simple: true });
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck();
  const shape = { version, tables: tables.all() };
  database.close();
  return shape;
}

function firstDatabase(): string {
  const path = join(emptyFolder(), 'runs.db');
  storeEndings(path, [[{ reward: 1 }]], 'first').store.close();
  return path;
}

/** The code that opens databases as it will be once these migrations have been added. */
async function laterEntente(...more: string[]) {
  vi.resetModules();
  vi.doMock('../../src/store/schema.js', () => ({ applicationId, migrations: [...migrations, ...more] }));
  return await import('../../src/store/open.js');
}

afterEach(() => {
  vi.doUnmock('../../src/store/schema.js');
  vi.resetModules();
});

describe('a later version with further migrations', () => {
  test('brings an older database up to date and keeps what is in it', async () => {
    const path = firstDatabase();
    const { openDatabase } = await laterEntente(
      'CREATE TABLE notes (text TEXT) STRICT',
      "INSERT INTO notes VALUES ('new'); CREATE TABLE marks (x)",
    );
    const database = openDatabase(path, { mode: 'write' });
    expect(database.prepare('SELECT name FROM v_runs').pluck().all()).toEqual(['first']);
    expect(database.prepare('SELECT text FROM notes').pluck().all()).toEqual(['new']);
    database.close();
    expect(shapeOf(path).version).toBe(migrations.length + 2);
    openDatabase(path, { mode: 'write' }).close();
    expect(shapeOf(path).version).toBe(migrations.length + 2);
  });

  test('does not read an older database but says how to bring it up to date', async () => {
    const path = firstDatabase();
    const before = shapeOf(path);
    const { openDatabase } = await laterEntente('CREATE TABLE notes (text TEXT) STRICT');
    expect(() => openDatabase(path, { mode: 'read' })).toThrow(`${path}: is of an older entente`);
    expect(shapeOf(path)).toEqual(before);
  });

  test('leaves nothing of a migration that fails half-way, and keeps those that went well', async () => {
    const path = firstDatabase();
    const { openDatabase } = await laterEntente(
      'CREATE TABLE notes (text TEXT) STRICT',
      'CREATE TABLE half (x); DELETE FROM episodes; INSERT INTO nowhere VALUES (1)',
    );
    expect(() => openDatabase(path, { mode: 'write' })).toThrow(
      expect.objectContaining({ code: 'storage', message: expect.stringMatching(/no such table: nowhere/) }),
    );
    const { version, tables } = shapeOf(path);
    expect(version).toBe(migrations.length + 1);
    expect(tables).toContain('notes');
    expect(tables).not.toContain('half');
    const database = new Database(path);
    expect(database.prepare('SELECT count(*) FROM episodes').pluck().get()).toBe(1);
    database.close();
  });
});

/** Makes one database per statement of the first migration, gets that far with each, and is killed in the midst. */
const dieMigrating = `
  import Database from 'better-sqlite3';
  const { folder, statements } = JSON.parse(process.argv[1]);
  const open = statements.map((_, last) => {
    const database = new Database(folder + '/' + last + '.db');
    database.pragma('journal_mode = WAL');
    // A cache of one page, so that the unfinished work is on the disk already.
    database.pragma('cache_size = 1');
    database.exec('BEGIN IMMEDIATE');
    for (const statement of statements.slice(0, last + 1)) database.exec(statement);
    return database;
  });
  console.log(open.length);
  process.kill(process.pid, 'SIGKILL');
`;

test('a creation that was killed after any of its statements is begun again', async () => {
  const folder = emptyFolder();
  const statements = (migrations[0] ?? '').split(/(?<=;)\n/).filter((sql) => sql.trim() !== '');
  expect(statements.length).toBeGreaterThan(10);
  const child = await startProcess(dieMigrating, JSON.stringify({ folder, statements }));
  if (child.signalCode === null) await once(child, 'exit');
  const whole = join(folder, 'whole.db');
  openStore(whole, { mode: 'write' }).close();
  for (const number of statements.keys()) {
    const path = join(folder, `${number}.db`);
    openStore(path, { mode: 'write' }).close();
    expect(shapeOf(path)).toEqual(shapeOf(whole));
    expect(openStore(path, { mode: 'read' }).runs()).toEqual([]);
  }
});

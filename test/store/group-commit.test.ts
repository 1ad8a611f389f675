import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { GroupCommit } from '../../src/store/group-commit.js';
import { emptyFolder } from '../support/cli.js';
import { rejectionOf } from '../support/untouched.js';

/** A database of one table, its group commit, and what another connection can see of it. */
function numbers() {
  const path = join(emptyFolder(), 'numbers.db');
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE numbers (n INTEGER PRIMARY KEY CHECK (n < 100))');
  const add = database.prepare('INSERT INTO numbers VALUES (?)');
  const other = new Database(path, { readonly: true });
  const seen = other.prepare<[], number>('SELECT n FROM numbers ORDER BY n').pluck();
  const commits = new GroupCommit(database);
  return { path, database, commits, add: (n: number) => commits.write(() => void add.run(n)), seen: () => seen.all() };
}

test('writes of one moment are committed together, and each is durable when its promise resolves', async () => {
  const { commits, add, seen } = numbers();
  const began: number[] = [];
  const first = add(1).then(() => began.push(...seen()));
  const second = add(2);
  expect(seen()).toEqual([]);
  await Promise.all([first, second]);
  expect(began).toEqual([1, 2]);
  const third = add(3);
  commits.flush();
  expect(seen()).toEqual([1, 2, 3]);
  await third;
});

test('between commits the database is free for others', async () => {
  const { path, database, add } = numbers();
  const waiting = add(1);
  expect(database.inTransaction).toBe(false);
  const other = new Database(path, { timeout: 0 });
  other.exec('INSERT INTO numbers VALUES (50)');
  await waiting;
  other.close();
});

test('a write that fails takes no other with it', async () => {
  const { path, add, seen } = numbers();
  const before = add(1);
  const failed = rejectionOf(add(1000));
  const after = add(2);
  expect(await failed).toMatchObject({ code: 'storage', message: expect.stringContaining(path) });
  await Promise.all([before, after]);
  expect(seen()).toEqual([1, 2]);
});

test('a transaction that the engine gave up fails every write in it, and the next one begins afresh', async () => {
  const { database, commits, add, seen } = numbers();
  const givenUp = commits.write(() => {
    database.exec('ROLLBACK');
    throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
  });
  const lost = [rejectionOf(add(1)), rejectionOf(givenUp), rejectionOf(add(2))];
  for (const failure of await Promise.all(lost)) expect(failure.code).toBe('storage');
  expect(seen()).toEqual([]);
  await add(3);
  expect(seen()).toEqual([3]);
});

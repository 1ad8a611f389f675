import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { openDatabase } from '../../src/store/open.js';
import { emptyFolder } from '../support/cli.js';
import { storeEndings } from '../support/stored-runs.js';
import { complaintOf, fingerprintsOf } from '../support/untouched.js';

/** A database of ours with one finished run, closed. */
function finishedDatabase(folder = emptyFolder()): string {
  const path = join(folder, 'runs.db');
  storeEndings(path, [[{ reward: 1 }, { reward: 2 }]], 'first').store.close();
  return path;
}

/** Changes a database behind the store's back. */
function alter(path: string, ...statements: string[]): string {
  const database = new Database(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

/** What a killed process leaves: the database as it was, and a log that was never merged into it. */
function withUnmergedLog(path: string, ...statements: string[]): string {
  const database = new Database(path);
  database.exec('PRAGMA journal_mode = WAL');
  for (const statement of statements) database.exec(statement);
  const copy = `${path}.killed`;
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  database.close();
  return copy;
}

describe('opening a database', () => {
  test('a new file is made together with its folders, and opens again', () => {
    const path = join(emptyFolder(), 'not/yet/there.db');
    openStore(path, { mode: 'write' }).close();
    expect(openStore(path, { mode: 'read' }).runs()).toEqual([]);
  });

  test('an empty file, as mktemp leaves it, becomes a database', () => {
    const path = join(emptyFolder(), 'empty.db');
    writeFileSync(path, '');
    openStore(path, { mode: 'write' }).close();
    expect(openStore(path, { mode: 'read' }).runs()).toEqual([]);
  });

  test('what was stored is there after closing and opening', () => {
    const path = finishedDatabase();
    for (const mode of ['read', 'write'] as const) {
      const store = openStore(path, { mode });
      expect(store.runs().map(({ name }) => name)).toEqual(['first']);
      store.close();
    }
  });

  test('every commit reaches the disk: WAL and synchronous=FULL hold on the first open and on a later one', () => {
    const path = join(emptyFolder(), 'runs.db');
    for (const _open of ['first', 'later']) {
      const database = openDatabase(path, { mode: 'write' });
      expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(database.pragma('synchronous', { simple: true })).toBe(2);
      database.close();
    }
  });

  test('a store opened to read writes nothing', () => {
    const path = finishedDatabase();
    const before = fingerprintsOf(path);
    const store = openStore(path, { mode: 'read' });
    const run = store.runs()[0];
    expect(complaintOf(() => store.setRunStatus(run?.runId ?? '', 'failed')).code).toBe('storage');
    store.close();
    expect(fingerprintsOf(path)).toEqual(before);
  });
});

/** Every way in which a path is no database of ours, and what tells the user so. */
const unusable: Record<string, { make: (folder: string) => string; says: RegExp; only?: 'read' | 'write' }> = {
  'a missing file': { make: (folder) => join(folder, 'none.db'), says: /no such database/, only: 'read' },
  'a folder': {
    make: (folder) => {
      mkdirSync(join(folder, 'folder.db/inside'), { recursive: true });
      return join(folder, 'folder.db');
    },
    says: /is a folder/,
  },
  'a path below a file': {
    make: (folder) => {
      writeFileSync(join(folder, 'notes.txt'), 'notes');
      return join(folder, 'notes.txt/runs.db');
    },
    says: /part of this path is a file/,
    only: 'write',
  },
  // Nobody may write there, not even root.
  'a folder that cannot be written': { make: () => '/proc/entente.db', says: /cannot be written/, only: 'write' },
  'a folder that cannot be made': {
    make: () => '/proc/none/yet/runs.db',
    says: /folder cannot be made/,
    only: 'write',
  },
  garbage: {
    make: (folder) => {
      writeFileSync(join(folder, 'noise.db'), Buffer.alloc(20_000, 'no database at all '));
      return join(folder, 'noise.db');
    },
    says: /damaged or no database/,
  },
  'a short text': {
    make: (folder) => {
      writeFileSync(join(folder, 'note.db'), 'SQLite');
      return join(folder, 'note.db');
    },
    says: /damaged or no database/,
  },
  'a truncated database': {
    make: (folder) => {
      const path = finishedDatabase(folder);
      truncateSync(path, statSync(path).size - 4096);
      return path;
    },
    says: /damaged or no database/,
  },
  'a truncated database beside an empty log, as a reader leaves it': {
    make: (folder) => {
      const path = finishedDatabase(folder);
      openStore(path, { mode: 'read' }).close();
      truncateSync(path, statSync(path).size - 4096);
      return path;
    },
    says: /damaged or no database/,
  },
  'a database cut down to its header': {
    make: (folder) => {
      const path = finishedDatabase(folder);
      truncateSync(path, 100);
      return path;
    },
    says: /damaged or no database/,
  },
  'a database whose table of contents is overwritten': {
    make: (folder) => {
      const path = finishedDatabase(folder);
      writeFileSync(path, readFileSync(path).fill('x', 100, 4096 * 3));
      return path;
    },
    says: /damaged or no database/,
  },
  "another program's database": {
    make: (folder) => alter(join(folder, 'other.db'), 'CREATE TABLE bookmarks (url TEXT)'),
    says: /another program/,
  },
  "another program's database that marks its own": {
    make: (folder) => alter(join(folder, 'other.db'), 'PRAGMA application_id = 252006674', 'CREATE TABLE t (x)'),
    says: /another program/,
  },
  "another program's database with a schema version like ours": {
    make: (folder) => alter(join(folder, 'other.db'), 'PRAGMA user_version = 1', 'CREATE TABLE bookmarks (url TEXT)'),
    says: /another program/,
  },
  "another program's database with a later schema version than ours": {
    make: (folder) => alter(join(folder, 'other.db'), 'PRAGMA user_version = 900', 'CREATE TABLE bookmarks (url TEXT)'),
    says: /another program/,
  },
  'a database of ours that lost a table': {
    make: (folder) => alter(finishedDatabase(folder), 'DROP TABLE calls'),
    says: /no such table: .*calls/,
  },
  'the database of a newer entente': {
    make: (folder) => alter(finishedDatabase(folder), 'PRAGMA user_version = 99', 'CREATE TABLE novelties (x)'),
    says: /newer entente \(schema 99.*update entente/,
  },
  'the database of a newer entente that was killed': {
    make: (folder) =>
      withUnmergedLog(finishedDatabase(folder), 'PRAGMA user_version = 99', 'CREATE TABLE novelties (x)'),
    says: /newer entente/,
  },
};

describe('a path that cannot be used is refused in words, and left as it was', () => {
  for (const [what, { make, says, only }] of Object.entries(unusable)) {
    for (const mode of only === undefined ? (['read', 'write'] as const) : [only]) {
      test(`${what}, opened to ${mode}`, () => {
        const path = make(emptyFolder());
        const before = fingerprintsOf(path);
        const complaint = complaintOf(() => openStore(path, { mode, busyMs: 50 }));
        expect(complaint.code).toBe('storage');
        expect(complaint.message).toContain(`${path}: `);
        expect(complaint.message).toMatch(says);
        expect(complaint.message).not.toContain('\n');
        expect(fingerprintsOf(path)).toEqual(before);
      });
    }
  }
});

test('damage inside the file is told when it is met, and the file stays as it is', () => {
  const path = finishedDatabase();
  const bytes = readFileSync(path);
  const root = new Database(path, { readonly: true });
  const { page } = root.prepare("SELECT rootpage AS page FROM sqlite_master WHERE name = 'episodes'").get() as {
    page: number;
  };
  root.close();
  writeFileSync(path, bytes.fill(0xee, (page - 1) * 4096, page * 4096));
  const before = fingerprintsOf(path);
  const store = openStore(path, { mode: 'write' });
  const complaint = complaintOf(() => store.episodes(store.runs()[0]?.runId ?? ''));
  store.close();
  expect(complaint.code).toBe('storage');
  expect(complaint.message).toMatch(/damaged/);
  expect(complaint.message).toContain(path);
  expect(fingerprintsOf(path)).toEqual(before);
});

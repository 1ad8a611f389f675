/**
 * Opens a database file, or says in one line why it cannot be used and leaves it as it was. Every open sets WAL and
 * `synchronous=FULL`: a reopened WAL database would otherwise fall back to a weaker setting.
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { EntenteError } from '../errors.js';
import { superseded } from './lease.js';
import { applicationId, migrations } from './schema.js';

export interface OpenOptions {
  /** `write` creates the file and its folder where they are missing. */
  mode: 'read' | 'write';
  /** How long to wait for another process to let go, in milliseconds. */
  busyMs?: number;
}

/** WAL before 3.51.3 can lose a commit when a checkpoint races a writer. */
const minimumSqlite = [3, 51, 3] as const;

/** Throws `storage`. */
export function openDatabase(path: string, { mode, busyMs = 5000 }: OpenOptions): Database.Database {
  return explainStorage(path, () => {
    const isNew = !existsSync(path) || statSync(path).size === 0;
    if (mode === 'read' && isNew)
      throw new EntenteError('storage', `${path}: no such database; \`entente run\` makes one.`);
    if (!isNew) refuseForeign(path);
    if (mode === 'write') {
      // Closing a connection that may write merges a leftover log into the file, also where the file is then refused.
      if (existsSync(`${path}-wal`)) connect(path, { timeout: busyMs, readonly: true }, refuseUnknown).close();
      makeFolder(dirname(path));
    }
    return connect(path, { timeout: busyMs, readonly: mode === 'read' }, (database) => {
      refuseUnknown(database, path);
      prepare(database, path, mode);
    });
  });
}

/** An open connection that has passed `check`; closed where it has not. */
function connect(
  path: string,
  options: Database.Options,
  check: (database: Database.Database, path: string) => void,
): Database.Database {
  const database = new Database(path, options);
  try {
    check(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs a piece of work on the database; SQLite's complaints come out as `storage`, in words. */
export function explainStorage<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EntenteError) throw error;
    const code = (error as { code?: unknown }).code;
    if (typeof code !== 'string') throw error;
    throw new EntenteError('storage', `${path}: ${reasonFor(code, error as Error)}`, { cause: error });
  }
}

function reasonFor(code: string, error: Error): string {
  if (error.message === superseded)
    return 'another process has taken this run over; this one stops. What it had finished before is kept.';
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return 'another process holds the database; wait for it to end, or use another --db.';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
    return 'the file is damaged or no database; it was left as it is. Use another --db, or a backup.';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return 'the disk is full; make room, then `entente resume`.';
  if (
    code === 'SQLITE_READONLY' ||
    code === 'SQLITE_CANTOPEN' ||
    code === 'EACCES' ||
    code === 'EROFS' ||
    code === 'EPERM'
  ) {
    return 'the file or its folder cannot be written; check permissions, or use another --db.';
  }
  if (code === 'ENOENT') return 'its folder cannot be made; use another --db.';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of this path is a file, not a folder.';
  if (code === 'SQLITE_IOERR' || code.startsWith('SQLITE_IOERR'))
    return `the disk failed (${code}); make room or check the disk, then \`entente resume\`.`;
  return `${error.message} (${code})`;
}

/** Not `mkdirSync` with `recursive`: that never returns where a file system refuses folders with ENOENT, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Looks at the header before SQLite may touch the file. */
function refuseForeign(path: string): void {
  if (statSync(path).isDirectory()) throw new EntenteError('storage', `${path}: is a folder, not a database.`);
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, 100, 0);
  } finally {
    closeSync(file);
  }
  const damaged = () =>
    new EntenteError(
      'storage',
      `${path}: the file is damaged or no database; it was left as it is. Use another --db, or a backup.`,
    );
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw damaged();
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const missing = statSync(path).size < header.readUInt32BE(28) * pageSize;
  // Readers leave an empty log; only one that holds something can hold what the file lacks.
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (missing && (log === undefined || log.size === 0)) throw damaged();
  const owner = header.readUInt32BE(68);
  if (owner !== applicationId && owner !== 0)
    throw new EntenteError('storage', `${path}: is the database of another program.`);
}

/** Looks through SQLite, which also sees what is in the log only. Writes nothing. */
function refuseUnknown(database: Database.Database, path: string): void {
  const { version } = database.prepare('SELECT sqlite_version() AS version').get() as { version: string };
  if (olderThan(version, minimumSqlite)) {
    throw new EntenteError(
      'storage',
      `SQLite ${version} is too old; entente needs ${minimumSqlite.join('.')} or newer. Run npm ci again.`,
    );
  }
  const found = schemaVersion(database);
  const isOurs = database.pragma('application_id', { simple: true }) === applicationId;
  const isEmpty = found === 0 && database.prepare('SELECT 1 FROM sqlite_master').get() === undefined;
  if (!isOurs && !isEmpty) throw new EntenteError('storage', `${path}: is the database of another program.`);
  if (found > migrations.length) {
    throw new EntenteError(
      'storage',
      `${path}: was written by a newer entente (schema ${found}, this one knows ${migrations.length}); update entente.`,
    );
  }
}

function prepare(database: Database.Database, path: string, mode: 'read' | 'write'): void {
  database.pragma('foreign_keys = ON');
  if (mode === 'read') {
    if (schemaVersion(database) < migrations.length)
      throw new EntenteError('storage', `${path}: is of an older entente; \`entente resume\` brings it up to date.`);
    return;
  }
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  migrate(database);
}

function schemaVersion(database: Database.Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/** Each migration is one transaction: a crash leaves the version before or the version after. */
function migrate(database: Database.Database): void {
  const step = database.transaction(() => {
    const version = schemaVersion(database);
    const sql = migrations[version];
    if (sql === undefined) return false;
    database.exec(sql);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${version + 1}`);
    return true;
  });
  while (step.immediate());
}

function olderThan(version: string, minimum: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of minimum.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

/**
 * Preloaded into the real program, which knows nothing of it: ends the process as `kill -9` does, right before or right
 * after the nth step of a kind. `KILL_AT` is "commit 7 after"; without it, nothing is touched.
 *
 *   commit     a transaction of the database, single statements included
 *   statement  one statement of a migration, inside its transaction
 *   rename     a file that gets its final name
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';

const [kind, nth, side] = (process.env['KILL_AT'] ?? '').split(' ');
let passed = 0;

function die() {
  process.kill(process.pid, 'SIGKILL');
}

/**
 * @template T
 * @param {string} name
 * @param {() => T} step
 * @returns {T}
 */
function around(name, step) {
  if (name !== kind) return step();
  const isIt = ++passed === Number(nth);
  if (isIt && side === 'before') die();
  const result = step();
  if (isIt && side === 'after') die();
  return result;
}

if (kind === 'commit') {
  const statements = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1'));
  const { run } = statements;
  /** @this {import('better-sqlite3').Statement} @param {unknown[]} values */
  statements.run = function (...values) {
    const commits =
      this.source === 'COMMIT' || !(this.readonly || this.database.inTransaction || /^BEGIN/.test(this.source));
    return commits ? around('commit', () => run.apply(this, values)) : run.apply(this, values);
  };
  const { exec } = Database.prototype;
  /** @this {import('better-sqlite3').Database} @param {string} sql */
  Database.prototype.exec = function (sql) {
    return sql === 'COMMIT' ? around('commit', () => exec.call(this, sql)) : exec.call(this, sql);
  };
}

if (kind === 'statement') {
  const { exec } = Database.prototype;
  /** @this {import('better-sqlite3').Database} @param {string} sql */
  Database.prototype.exec = function (sql) {
    for (const statement of sql.split(/(?<=;)\s*\n(?=\s*CREATE)/))
      around('statement', () => exec.call(this, statement));
    return this;
  };
}

if (kind === 'rename') {
  const { renameSync } = fs;
  fs.renameSync = (from, to) => around('rename', () => renameSync(from, to));
  syncBuiltinESMExports();
}

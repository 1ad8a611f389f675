/**
 * Writes that come close together share one transaction, and so one flush to disk: with many episodes in flight, a flush for
 * each would cost more than all else together. They wait in memory, so that the database is locked only while they are
 * written; each is durable when its promise resolves. A write that fails takes no other with it, unless SQLite gave up the
 * whole transaction.
 */
import type { Database } from 'better-sqlite3';
import { explainStorage } from './open.js';

/** Milliseconds from one commit to the next at least: on a quick disk more calls share one, and no call waits long for it. */
const restMs = 1;

interface Write {
  work: () => void;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

export class GroupCommit {
  readonly #database: Database;
  #waiting: Write[] = [];
  /** When the next commit is due at the earliest, on the monotonic clock. */
  #due = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves once what `work` writes is durable; rejects with `storage` where it is not. */
  write(work: () => void): Promise<void> {
    const durable = new Promise<void>((resolve, reject) => {
      if (this.#waiting.push({ work, resolve, reject }) > 1) return;
      if (performance.now() >= this.#due) setImmediate(() => this.#flushQuietly());
      else setTimeout(() => this.#flushQuietly(), restMs);
    });
    // A writer that does not wait for it is told by `flush` at the latest.
    durable.catch(() => {});
    return durable;
  }

  /** Writes what waits, now. Throws `storage`, as the promises of the writes do. */
  flush(): void {
    const writes = this.#waiting;
    if (writes.length === 0) return;
    this.#waiting = [];
    try {
      const failures = explainStorage(this.#database.name, () => this.#commit(writes));
      for (const [index, { resolve, reject }] of writes.entries()) {
        if (failures.has(index)) reject(failures.get(index));
        else resolve();
      }
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      for (const { reject } of writes) reject(error);
      throw error;
    } finally {
      this.#due = performance.now() + restMs;
    }
  }

  /** What went wrong with single writes, by their places; all others are durable. */
  #commit(writes: readonly Write[]): Map<number, unknown> {
    const failures = new Map<number, unknown>();
    this.#database.exec('BEGIN IMMEDIATE');
    for (const [index, { work }] of writes.entries()) {
      try {
        explainStorage(this.#database.name, work);
      } catch (error) {
        if (!this.#database.inTransaction) throw error;
        failures.set(index, error);
      }
    }
    this.#database.exec('COMMIT');
    return failures;
  }

  /** Whoever waits for a write hears of a failure by its promise. */
  #flushQuietly(): void {
    try {
      this.flush();
    } catch {}
  }
}

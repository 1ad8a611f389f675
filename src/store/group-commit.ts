/**
 * Writes that come close together share one transaction, and so one flush to disk: with many episodes in flight, a flush for
 * each would cost more than all else together. A write is seen by this connection at once, and is durable when its promise
 * resolves. A write that fails takes no other with it, unless SQLite gave up the whole transaction.
 */
import type { Database } from 'better-sqlite3';
import { explainStorage } from './open.js';

/** A commit waits this many times as long as the last one took: under load they take a fifth of the time at most. */
const restShare = 4;

interface Batch {
  durable: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

export class GroupCommit {
  readonly #database: Database;
  #open: Batch | null = null;
  /** When the next commit is due at the earliest, on the monotonic clock. */
  #due = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves once what `work` wrote is durable; rejects with `storage` where it is not. */
  write(work: () => void): Promise<void> {
    try {
      return explainStorage(this.#database.name, () => {
        const { durable } = this.#opened();
        work();
        return durable;
      });
    } catch (error) {
      if (!this.#database.inTransaction) this.#abandon(error);
      return Promise.reject(error);
    }
  }

  /** Commits what is open, now. Throws `storage`, as the promises of its writes do. */
  flush(): void {
    if (this.#open === null) return;
    const began = performance.now();
    try {
      explainStorage(this.#database.name, () => this.#database.exec('COMMIT'));
    } catch (error) {
      this.#abandon(error);
      throw error;
    }
    const ended = performance.now();
    this.#due = ended + restShare * (ended - began);
    this.#open.resolve();
    this.#open = null;
  }

  #opened(): Batch {
    if (this.#open !== null) return this.#open;
    this.#database.exec('BEGIN IMMEDIATE');
    this.#open = newBatch();
    const rest = this.#due - performance.now();
    if (rest < 1) setImmediate(() => this.#flushQuietly());
    else setTimeout(() => this.#flushQuietly(), rest);
    return this.#open;
  }

  /** Whoever waits for a write hears of a failure by its promise. */
  #flushQuietly(): void {
    try {
      this.flush();
    } catch {}
  }

  #abandon(reason: unknown): void {
    const batch = this.#open;
    this.#open = null;
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    batch?.reject(reason);
  }
}

function newBatch(): Batch {
  let settle: Pick<Batch, 'resolve' | 'reject'> = { resolve: () => {}, reject: () => {} };
  const durable = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A writer that does not wait for it is told by `flush` at the latest.
  durable.catch(() => {});
  return { durable, ...settle };
}

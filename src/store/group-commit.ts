/**
 * Writes that come close together share one transaction, and so one flush to disk: with many episodes in flight, a flush for
 * each would cost more than all else together. A write is seen by this connection at once, and is durable when its promise
 * resolves. A write that fails takes no other with it, unless SQLite gave up the whole transaction.
 */
import type { Database } from 'better-sqlite3';
import { explainStorage } from './open.js';

/** Milliseconds from one commit to the next at least: on a quick disk more calls share one, and no call waits long for it. */
const restMs = 1;

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
    try {
      explainStorage(this.#database.name, () => this.#database.exec('COMMIT'));
    } catch (error) {
      this.#abandon(error);
      throw error;
    }
    this.#due = performance.now() + restMs;
    this.#open.resolve();
    this.#open = null;
  }

  #opened(): Batch {
    if (this.#open !== null) return this.#open;
    this.#database.exec('BEGIN IMMEDIATE');
    this.#open = newBatch();
    if (performance.now() >= this.#due) setImmediate(() => this.#flushQuietly());
    else setTimeout(() => this.#flushQuietly(), restMs);
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

/** The store: one open database and everything that may be done with it. Only this folder speaks SQL. */
import type { Journal } from '../domain/index.js';
import { createJournals } from './journal.js';
import { explainStorage, type OpenOptions, openDatabase } from './open.js';
import { createReads } from './reads.js';
import { createRunWrites } from './runs.js';
import { createViewerReads } from './viewer-reads.js';

type Writes = ReturnType<typeof createRunWrites>;
type Reads = ReturnType<typeof createReads>;
type ViewerReads = ReturnType<typeof createViewerReads>;

/** Every method throws `storage` where the database fails. */
export interface Store extends Writes, Reads, ViewerReads {
  readonly path: string;
  journal(episodeId: string): Journal;
  close(): void;
}

export interface StoreOptions extends OpenOptions {
  /** The clock that stamps records. */
  now?: () => Date;
}

/** Throws `storage` where the file cannot be used; it is then left as it was. */
export function openStore(path: string, { now = () => new Date(), ...options }: StoreOptions): Store {
  const database = openDatabase(path, options);
  return explainStorage(path, () => {
    const journals = createJournals(database, now);
    return {
      path,
      ...explaining(path, createRunWrites(database, now)),
      ...explaining(path, createReads(database)),
      ...explaining(path, createViewerReads(database)),
      journal: (episodeId) => explaining(path, journals(episodeId)),
      close: () => void database.close(),
    };
  });
}

/** The same methods, with SQLite's complaints put in words. */
function explaining<T extends object>(path: string, methods: T): T {
  const explained = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: unknown[]) => explainStorage(path, () => method(...args)),
  ]);
  return Object.fromEntries(explained) as T;
}

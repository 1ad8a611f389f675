/** The store: one open database and everything that may be done with it. Only this folder speaks SQL. */
import type { Journal } from '../domain/index.js';
import { createComparisonReads, createPairwiseCalls } from './comparisons.js';
import { createFigureReads } from './episode-figures.js';
import { createGradings } from './gradings.js';
import { GroupCommit } from './group-commit.js';
import { createJournals } from './journal.js';
import { createJudgeAudits } from './judge-audits.js';
import { createLeases } from './lease.js';
import { explainStorage, type OpenOptions, openDatabase } from './open.js';
import { createReads } from './reads.js';
import { createRunWrites } from './runs.js';
import { createViewerReads } from './viewer-reads.js';
import { createWeightCalls } from './weight-calls.js';
import { createWeightStore } from './weights.js';

type Writes = ReturnType<typeof createRunWrites>;
type Reads = ReturnType<typeof createReads> & ReturnType<typeof createFigureReads>;
type Leases = ReturnType<typeof createLeases>;
type ViewerReads = ReturnType<typeof createViewerReads>;
type Weights = ReturnType<typeof createWeightStore> & ReturnType<typeof createWeightCalls>;
type Comparisons = ReturnType<typeof createPairwiseCalls> & ReturnType<typeof createComparisonReads>;
type Gradings = ReturnType<typeof createGradings> & ReturnType<typeof createJudgeAudits>;

/** Every method throws `storage` where the database fails. */
export interface Store extends Writes, Reads, Leases, Weights, ViewerReads, Comparisons, Gradings {
  readonly path: string;
  journal(episodeId: string): Journal;
  /** What was written and not yet waited for is made durable first. */
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
    const commits = new GroupCommit(database);
    const journals = createJournals(database, now, commits);
    /** What was written before is seen, also while it waits to be committed. */
    const reading = <T extends object>(methods: T) => explaining(path, methods, () => commits.flush());
    return {
      path,
      ...reading(createLeases(database)),
      ...explaining(path, createRunWrites(database, now, commits)),
      ...reading(createReads(database)),
      ...reading(createFigureReads(database)),
      ...explaining(path, createWeightCalls(database, now, commits)),
      ...explaining(path, createWeightStore(database, now, commits)),
      ...reading(createViewerReads(database)),
      ...explaining(path, createPairwiseCalls(database, now, commits)),
      ...reading(createComparisonReads(database)),
      ...explaining(path, createGradings(database, now, commits)),
      ...reading(createJudgeAudits(database, now, commits)),
      journal: (episodeId) => explaining(path, journals(episodeId)),
      close: () => {
        try {
          commits.flush();
        } finally {
          database.close();
        }
      },
    };
  });
}

/** The same methods, with SQLite's complaints put in words; `first` is done before each. */
function explaining<T extends object>(path: string, methods: T, first = () => {}): T {
  const explained = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: unknown[]) =>
      explainStorage(path, () => {
        first();
        return method(...args);
      }),
  ]);
  return Object.fromEntries(explained) as T;
}

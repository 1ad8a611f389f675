/**
 * Who plays a run. One process holds it at a time; whoever takes it raises its fencing number, and from then on every
 * write of an earlier holder to that run is refused by the database itself. No clock is involved: a holder is known to
 * be at work by a counter that it raises.
 */
import type { Database } from 'better-sqlite3';

export interface Holder {
  /** `host:pid`; null: nobody. */
  holder: string | null;
  /** 0: nobody ever held it. */
  fence: number;
  /** Raised while the holder is at work. */
  beat: number;
}

/** What SQLite says when a write is refused. */
export const superseded = 'the run is held by another process';

/** Runs that this connection has taken. One that nobody ever took may be written by anyone. */
const held = 'CREATE TEMP TABLE held (run_id TEXT PRIMARY KEY, fence INTEGER NOT NULL) WITHOUT ROWID';

const guarded = [
  { table: 'calls', on: 'INSERT', run: '(SELECT run_id FROM episodes WHERE episode = NEW.episode)' },
  { table: 'failed_calls', on: 'INSERT', run: '(SELECT run_id FROM episodes WHERE episode = NEW.episode)' },
  { table: 'weight_calls', on: 'INSERT', run: 'NEW.run_id' },
  { table: 'stakeholder_weights', on: 'INSERT', run: 'NEW.run_id' },
  { table: 'episodes', on: 'UPDATE', run: 'NEW.run_id' },
  { table: 'runs', on: 'UPDATE', run: 'NEW.run_id' },
  { table: 'leases', on: 'UPDATE OF beat', run: 'NEW.run_id' },
] as const;

/** Temporary triggers belong to this connection alone: each is held to what it has taken itself. */
const guards = guarded.map(
  ({ table, on, run }) => `
    CREATE TEMP TRIGGER ${table}_guard BEFORE ${on} ON main.${table}
    WHEN (SELECT fence FROM main.leases WHERE run_id = ${run}) IS NOT (SELECT fence FROM held WHERE run_id = ${run})
    BEGIN SELECT RAISE(ABORT, '${superseded}'); END;`,
);

export function createLeases(database: Database) {
  database.exec([held, ...guards].join(';'));
  const find = database.prepare<[string], Holder>('SELECT holder, fence, beat FROM leases WHERE run_id = ?');
  const take = database.prepare(
    `INSERT INTO leases (run_id, fence, holder, beat) VALUES (@runId, 1, @holder, 0)
     ON CONFLICT (run_id) DO NOTHING`,
  );
  const takeOver = database.prepare(
    'UPDATE leases SET holder = @holder, fence = fence + 1 WHERE run_id = @runId AND fence = @fence',
  );
  const note = database.prepare('INSERT OR REPLACE INTO held (run_id, fence) VALUES (?, ?)');
  const beat = database.prepare('UPDATE leases SET beat = beat + 1 WHERE run_id = ?');
  const leave = database.prepare(
    'UPDATE leases SET holder = NULL WHERE run_id = @runId AND fence = (SELECT fence FROM held WHERE run_id = @runId)',
  );

  const takeIfUnchanged = database.transaction((runId: string, holder: string, fence: number): boolean => {
    const statement = fence === 0 ? take : takeOver;
    if (statement.run({ runId, holder, fence }).changes === 0) return false;
    note.run(runId, fence + 1);
    return true;
  });

  return {
    holderOf: (runId: string): Holder => find.get(runId) ?? { holder: null, fence: 0, beat: 0 },
    /** False where another process has taken the run since its fence was read. */
    takeRun: (runId: string, holder: string, fence: number): boolean => takeIfUnchanged.immediate(runId, holder, fence),
    /** Throws `storage` once another process has taken the run. */
    beatRun: (runId: string): void => void beat.run(runId),
    leaveRun: (runId: string): void => void leave.run({ runId }),
  };
}

/**
 * Tells listeners when a run has changed. While anybody listens, SQLite is asked twice a second whether another connection has
 * committed anything (`PRAGMA data_version`, some microseconds), and only then are runs counted; nobody listening, nothing
 * is asked.
 */
import type { Store } from '../store/index.js';
import type { LiveEvent, LiveRun } from './api.js';
import { countsOf } from './run-answers.js';

const pollMs = 500;

type Listener = (event: LiveEvent) => void;

export interface Live {
  /** The first event names every run. Returns how to stop. */
  listen(listener: Listener): () => void;
  close(): void;
}

export function createLive(store: Store): Live {
  const listeners = new Set<Listener>();
  const known = new Map<string, LiveRun>();
  let timer: NodeJS.Timeout | undefined;
  let seen: number | null = null;

  function poll(): void {
    try {
      const current = store.dataVersion();
      if (current === seen) return;
      const runs = noteChanges(store, known);
      seen = current;
      if (runs.length > 0) for (const listener of listeners) listener({ type: 'runs', runs });
    } catch {
      // A database that is locked for a moment is asked again in the next.
    }
  }

  return {
    listen(listener) {
      poll();
      listeners.add(listener);
      listener({ type: 'runs', runs: [...known.values()] });
      timer ??= setInterval(poll, pollMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    close() {
      clearInterval(timer);
      timer = undefined;
      listeners.clear();
    },
  };
}

/** The runs that are not as they were known. A run that is over cannot change unless its status does. */
function noteChanges(store: Store, known: Map<string, LiveRun>): LiveRun[] {
  const latest = Math.max(0, ...[...known.values()].map(({ version }) => version));
  const changed = store.runs().flatMap((run): LiveRun[] => {
    const before = known.get(run.runId);
    if (before?.status === run.status && run.status === 'done') return [];
    const counts = countsOf(store.runCounts(run.runId));
    if (before?.status === run.status && JSON.stringify(before.counts) === JSON.stringify(counts)) return [];
    return [{ run_id: run.runId, name: run.name, status: run.status, counts, version: latest + 1 }];
  });
  for (const run of changed) known.set(run.run_id, run);
  return changed;
}

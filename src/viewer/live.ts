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
  const known = new Map<string, { state: string; run: LiveRun }>();
  let timer: NodeJS.Timeout | undefined;
  let seen: number | null = null;
  let version = 0;

  /** The runs that are not as they were. A run that is over cannot change unless its status does. */
  function changedRuns(): LiveRun[] {
    return store.runs().flatMap((run): LiveRun[] => {
      const before = known.get(run.runId);
      if (before !== undefined && before.run.status === run.status && run.status === 'done') return [];
      const counts = countsOf(store.runCounts(run.runId));
      const state = JSON.stringify([run.status, counts]);
      if (before?.state === state) return [];
      version += 1;
      const line = { run_id: run.runId, name: run.name, status: run.status, counts, version };
      known.set(run.runId, { state, run: line });
      return [line];
    });
  }

  function poll(): void {
    try {
      const current = store.dataVersion();
      if (current === seen) return;
      const runs = changedRuns();
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
      listener({ type: 'runs', runs: [...known.values()].map(({ run }) => run) });
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

/** What the server tells unasked: which runs have changed. One connection for the whole page, shared by all who listen. */
import { useEffect, useState } from 'preact/hooks';
import type { LiveEvent, LiveRun } from '../../api.js';

export interface LiveState {
  /** False before the first word of the server, and while the connection is lost. */
  connected: boolean;
  runs: ReadonlyMap<string, LiveRun>;
  /** Increases with every change of any run. */
  changes: number;
}

let state: LiveState = { connected: false, runs: new Map(), changes: 0 };
const listeners = new Set<(state: LiveState) => void>();

function tell(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener(state);
}

/** The runs after an event; those it does not name stay as they were. */
export function applyEvent(before: LiveState, event: LiveEvent): LiveState {
  const runs = new Map(before.runs);
  for (const run of event.runs) runs.set(run.run_id, run);
  return { connected: true, runs, changes: before.changes + 1 };
}

/** Starts listening, for as long as the page is open; the browser reconnects by itself. */
export function startLive(): void {
  const source = new EventSource('api/live');
  source.addEventListener('runs', (message: MessageEvent<string>) => {
    tell(applyEvent(state, JSON.parse(message.data) as LiveEvent));
  });
  source.addEventListener('error', () => tell({ ...state, connected: false }));
}

export function useLive(): LiveState {
  const [now, setNow] = useState(state);
  useEffect(() => {
    setNow(state);
    listeners.add(setNow);
    return () => void listeners.delete(setNow);
  }, []);
  return now;
}

/** Changes whenever the run has; 0 for a run that nothing is known about. */
export function useRunVersion(run: string | null): number {
  const { runs } = useLive();
  if (run === null) return 0;
  for (const live of runs.values()) if (live.run_id === run || live.name === run) return live.version;
  return 0;
}

/** What the server tells unasked: which runs have changed. One connection for the whole page, shared by all who listen. */

import { useEffect, useState } from 'preact/hooks';
import type { LiveEvent } from '../../api.js';
import { applyEvent, type LiveState } from './live-state.js';

let state: LiveState = { connected: false, runs: new Map(), changes: 0 };
const listeners = new Set<(state: LiveState) => void>();

function tell(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener(state);
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

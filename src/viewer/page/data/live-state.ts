/** What is known of the runs from the server's events: pure. */
import type { LiveEvent, LiveRun } from '../../api.js';

export interface LiveState {
  /** False before the first word of the server, and while the connection is lost. */
  connected: boolean;
  runs: ReadonlyMap<string, LiveRun>;
  /** Increases with every change of any run. */
  changes: number;
}

/** The runs after an event; those it does not name stay as they were. */
export function applyEvent(before: LiveState, event: LiveEvent): LiveState {
  const runs = new Map(before.runs);
  for (const run of event.runs) runs.set(run.run_id, run);
  return { connected: true, runs, changes: before.changes + 1 };
}
